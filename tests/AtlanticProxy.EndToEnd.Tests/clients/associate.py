"""SOCKS5 UDP ASSOCIATE (RFC 1928): associate.py PROXY_HOST PROXY_PORT USER PASSWORD. Prints the reply's code."""
import socket
import sys

host, port, user, password = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4].encode()
with socket.create_connection((host, port), timeout=20) as proxy:
    stream = proxy.makefile("rb")
    proxy.sendall(b"\x05\x01\x02")
    assert stream.read(2) == b"\x05\x02"
    proxy.sendall(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
    assert stream.read(2) == b"\x01\x00"
    proxy.sendall(b"\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00")
    reply = stream.read(10)
    print(reply[1])
    if reply[1] == 0:
        relay = (socket.inet_ntoa(reply[4:8]), int.from_bytes(reply[8:10], "big"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            name = b"example.com"
            datagrams.sendto(b"\x00\x00\x00\x01" + socket.inet_aton("8.8.8.8") + b"\x00\x35leak", relay)
            datagrams.sendto(b"\x00\x00\x00\x03" + bytes([len(name)]) + name + b"\x00\x35leak", relay)
            datagrams.settimeout(1)
            try:
                datagrams.recv(1)
            except TimeoutError:
                pass
