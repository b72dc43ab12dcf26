#!/bin/sh
# Runs a program in a root file system as a container engine would: the root cannot be written to, /tmp, /run and /dev/shm are in
# memory, the volume is a folder, the network is the container's own, and the program is process 1, a user without capabilities
# and without a way to get any.
# To be started by:
#   unshare --mount --pid --fork --kill-child --net --ipc --uts sh container.sh ROOT VOLUME MOUNT USER:GROUP PROGRAM ...
set -e
root=$1 volume=$2 at=$3 user=$4
shift 4
ip link set lo up
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$volume" "$root$at"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for device in null zero full random urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm"
# What engines give unless told otherwise.
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m tmpfs "$root/dev/shm"
mount -t proc proc "$root/proc"
# As engines do: any user may open the ports below 1024 of the container's own network.
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"
