#!/bin/sh
# The default program of the kit's busybox images.
trap 'exit 0' TERM INT
httpd -p 80 -h /www
echo ready
while :; do
    sleep 3600 &
    wait $!
done
