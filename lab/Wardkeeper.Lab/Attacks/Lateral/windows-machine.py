"""A Windows machine as far as an intruder needs it: impacket's SMB server with the share ADMIN$, and behind its named pipes the services and tasks
(MS-SCMR, MS-TSCH). It answers that all was done, and starts nothing. Arguments: folder of ADMIN$."""
import logging
import sys

from impacket.dcerpc.v5 import atsvc, scmr, tsch
from impacket.dcerpc.v5.dtypes import NULL
from impacket.dcerpc.v5.rpcrt import DCERPCServer
from impacket.smbserver import SimpleSMBServer

HANDLE = b"\x00" * 4 + bytes(range(16))


def done(response, **values):
    """A callback that answers with success and these values."""
    def answer(_):
        made = response()
        for name, value in values.items():
            made[name] = value
        made["ErrorCode"] = 0
        return made
    return answer


def serve(server, pipe, interface, callbacks):
    """Serves an interface behind a named pipe."""
    calls = DCERPCServer()
    calls.addCallbacks(interface, "\\PIPE\\" + pipe, callbacks)
    calls.daemon = True
    server.registerNamedPipe(pipe, ("127.0.0.1", calls.getListenPort()))
    calls.start()


logging.basicConfig(level=logging.INFO)
smb = SimpleSMBServer("0.0.0.0", 445)
smb.setSMB2Support(True)
smb.addShare("ADMIN$", sys.argv[1])
serve(smb, "svcctl", ("367ABB81-9844-35F1-AD32-98F038001003", "2.0"), {
    0: done(scmr.RCloseServiceHandleResponse, hSCObject=HANDLE),
    2: done(scmr.RDeleteServiceResponse),
    12: done(scmr.RCreateServiceWResponse, lpdwTagId=NULL, lpServiceHandle=HANDLE),
    15: done(scmr.ROpenSCManagerWResponse, lpScHandle=HANDLE),
    19: done(scmr.RStartServiceWResponse),
})
serve(smb, "atsvc", ("1FF70682-0A51-30E8-076D-740BE8CEE98B", "1.0"), {0: done(atsvc.NetrJobAddResponse, pJobId=1), 1: done(atsvc.NetrJobDelResponse)})
# The Task Scheduler service has the same pipe in Windows; impacket's server knows one interface for each.
serve(smb, "schedsvc", ("86D35949-83C9-4044-B424-DB363231FD0C", "1.0"), {1: done(tsch.SchRpcRegisterTaskResponse), 12: done(tsch.SchRpcRunResponse), 13: done(tsch.SchRpcDeleteResponse)})
print("ready", flush=True)
smb.start()
