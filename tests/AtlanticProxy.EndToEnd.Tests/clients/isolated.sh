#!/bin/sh
# Runs a program in a network that leads nowhere: all routes and the resolver point into a wire that nobody
# listens to, so that whatever leaves is counted.
# To be started by: unshare --net --mount sh isolated.sh RESOLV_CONF PROGRAM ARGUMENTS...
set -e
resolv_conf=$1
shift
ip link set lo up
ip link add out0 type veth peer name nowhere
# Nothing of the kernel's own shall be counted: no ARP, no neighbour discovery, no multicast reports.
for end in nowhere out0; do
    ip link set "$end" addrgenmode none multicast off arp off
    ip link set "$end" up
done
ip addr add 192.0.2.1/24 dev out0
ip -6 addr add 2001:db8::1/64 dev out0 nodad
ip route add default via 192.0.2.2
ip -6 route add default via 2001:db8::2
echo 'nameserver 192.0.2.53
options timeout:1 attempts:1' > "$resolv_conf"
mount --bind "$resolv_conf" /etc/resolv.conf
exec "$@"
