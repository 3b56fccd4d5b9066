@echo off
rem Pharos as it was unpacked. It needs a Java 17 or newer, and nothing else.
setlocal
set "JAVA_OF_PHAROS=java"
if defined JAVA_HOME set "JAVA_OF_PHAROS=%JAVA_HOME%\bin\java"
set "LIB_OF_PHAROS=%~dp0..\lib\pharos"
if "%~1"=="" ( "%JAVA_OF_PHAROS%" -cp "%LIB_OF_PHAROS%\*" pharos.daemon.Main --help & exit /b )
if "%~1"=="help" ( "%JAVA_OF_PHAROS%" -cp "%LIB_OF_PHAROS%\*" pharos.daemon.Main --help & exit /b )
"%JAVA_OF_PHAROS%" -Xms8m -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "%LIB_OF_PHAROS%\*" pharos.daemon.Main %*
exit /b %ERRORLEVEL%
