"""Fetches TARGET with requests through PROXY (http:// or socks5h://)
and writes the body to standard output, TIMES times on one session.
"""
import os
import sys

import requests

proxy = os.environ["PROXY"]
with requests.Session() as session:
    session.trust_env = False
    session.proxies = {"http": proxy, "https": proxy}
    session.verify = os.environ.get("CA_FILE", True)
    for _ in range(int(os.environ.get("TIMES", "1"))):
        response = session.get(os.environ["TARGET"], timeout=30)
        response.raise_for_status()
        sys.stdout.buffer.write(response.content)
