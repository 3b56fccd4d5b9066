# Two images: 'daemon' is the agent as a command, with its console; the last, the example service 'alpha'. Each is one
# Java program, not root, with a health check. No stage needs more than the classic builder has.

# The Maven files alone: what follows is built anew only when one of them changed.
FROM maven:3.9-eclipse-temurin-17 AS poms
COPY . /all
RUN mkdir /poms && cd /all && find . -name pom.xml -exec cp --parents {} /poms ';' && cp -r .mvn /poms/

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY --from=poms /poms/ ./
# Jars with nothing in them, to have Maven fetch all that it will need.
RUN mvn -B -q -ntp -Pquick -pl examples,daemon -am package && rm -rf ./*/target
COPY . .
RUN mvn -B -q -ntp -o -Pquick -pl examples,daemon -am package \
    && mkdir /app /daemon \
    && cp -r daemon/target/quick/lib /daemon/lib \
    && cp daemon/target/quick/pharos-daemon-*.jar /daemon/daemon.jar \
    && cp daemon/java.options /daemon/ \
    && cp -r examples/target/quick/lib /app/lib \
    && cp examples/target/quick/pharos-examples-*.jar /app/examples.jar \
    && cp examples/alpha/java.options /app/

FROM eclipse-temurin:17-jre AS daemon
LABEL org.opencontainers.image.title="pharos" \
      org.opencontainers.image.description="Sees who is on the network, and shows it: a console, HTTP, metrics." \
      org.opencontainers.image.licenses="MPL-2.0"
RUN useradd --system --no-create-home --uid 10670 --shell /usr/sbin/nologin pharos
WORKDIR /app
COPY --from=build /daemon/ ./
USER pharos
# Beacons, the agent's own port, HTTP with the console, health and metrics.
EXPOSE 5670/udp 5671/tcp 5671/udp 8670/tcp 8671/tcp
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
    CMD ["java", "@java.options", "-cp", "daemon.jar:lib/*", "pharos.daemon.Main", "health", "http://127.0.0.1:8671"]
ENTRYPOINT ["java", "@java.options", "-cp", "daemon.jar:lib/*", "pharos.daemon.Main"]
CMD ["agent", "--port", "5671", "--http", "0.0.0.0:8670", "--management", "127.0.0.1:8671"]

FROM eclipse-temurin:17-jre
LABEL org.opencontainers.image.title="pharos-alpha" \
      org.opencontainers.image.description="Several of these on one network find each other, and use what the others offer." \
      org.opencontainers.image.licenses="MPL-2.0"
RUN useradd --system --no-create-home --uid 10670 --shell /usr/sbin/nologin pharos
WORKDIR /app
COPY --from=build /app/ ./
# Two alphas meet and call each other; what that took is kept as an archive of classes, for a quick start.
RUN java @java.options -XX:DumpLoadedClassList=/tmp/classes -cp examples.jar pharos.examples.alpha.Rehearsal \
    && java @java.options -Xshare:dump -XX:SharedClassListFile=/tmp/classes -cp examples.jar >/dev/null \
    && rm /tmp/classes
USER pharos
# Beacons, and the agent's own port: questions by TCP, probes by UDP.
ENV PHAROS_PORT=5671
EXPOSE 5670/udp 5671/tcp 5671/udp
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
    CMD ["java", "@java.options", "-cp", "examples.jar", "pharos.examples.alpha.Health"]
# Without a shell in between, so that SIGTERM reaches Java and alpha says goodbye.
ENTRYPOINT ["java", "@java.options", "-cp", "examples.jar", "pharos.examples.alpha.Main"]
