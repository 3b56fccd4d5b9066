/**
 * Records that etcd keeps, by its JSON gateway. Start with {@link pharos.records.etcd.EtcdBuilder}.
 * Values lie under {@code pharos/records/}, readable by etcdctl; what else is known of them lies
 * under {@code pharos/about/}.
 */
@NullMarked
package pharos.records.etcd;

import org.jspecify.annotations.NullMarked;
