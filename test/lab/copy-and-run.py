"""Does on the wire what PsExec-like tools do: copies a program to ADMIN$ and asks the service manager to run it.

Usage: copy-and-run.py SERVER USER PASSWORD. The program is a harmless file that only begins like one; a Samba server
refuses to make the service, which the capture shows as well, so a service that it has is started in its place. Shares are
listed first, as such tools do to find one that can be written, and the program is deleted in the end.
"""
import io
import sys
import time

from impacket.dcerpc.v5 import scmr, transport
from impacket.smb3structs import SMB2_DIALECT_21
from impacket.smbconnection import SMBConnection

server, user, password = sys.argv[1:4]
# With dialect 3.0 this client encrypts, and nothing of what follows could be seen.
connection = SMBConnection(server, server, preferredDialect=SMB2_DIALECT_21)
connection.login(user, password, "CORP")
connection.listShares()
program = io.BytesIO(b"MZ" + b"\x00" * 60000)
connection.putFile("ADMIN$", "svc7f3a.exe", program.read)

pipe = transport.SMBTransport(server, filename=r"\svcctl", smb_connection=connection)
rpc = pipe.get_dce_rpc()
rpc.connect()
rpc.bind(scmr.MSRPC_UUID_SCMR)
try:
    manager = scmr.hROpenSCManagerW(rpc)["lpScHandle"]
    service = scmr.hRCreateServiceW(
        rpc, manager, "svc7f3a\x00", "svc7f3a\x00", lpBinaryPathName="%systemroot%\\svc7f3a.exe\x00",
        dwStartType=scmr.SERVICE_DEMAND_START)["lpServiceHandle"]
    scmr.hRStartServiceW(rpc, service)
except Exception as reason:  # the server's refusal is part of the picture
    print(f"refused: {reason}")
    existing = scmr.hROpenServiceW(rpc, manager, "Spooler\x00")["lpServiceHandle"]
    try:
        scmr.hRStartServiceW(rpc, existing)
    except scmr.DCERPCSessionError as reason:  # it runs already
        print(f"answered: {reason}")
# The program has done its work: what was copied is taken away again.
time.sleep(2)
connection.deleteFile("ADMIN$", "svc7f3a.exe")
connection.logoff()
