"""Starts a command on another machine by Windows' own means, with impacket. Arguments: way, address, user, password, command, and a program that is put into
ADMIN$ first, or nothing."""
import os
import sys

from impacket.dcerpc.v5 import atsvc, scmr, transport, tsch
from impacket.dcerpc.v5.dtypes import NULL
from impacket.smbconnection import SMBConnection

way, address, user, password, command, program = sys.argv[1:7]
smb = SMBConnection(address, address)
smb.login(user, password)
if program:
    with open(program, "rb") as content:
        smb.putFile("ADMIN$", os.path.basename(program), content.read)


def bound(pipe, interface):
    """An interface behind a named pipe of the session."""
    calls = transport.SMBTransport(address, filename=pipe, smb_connection=smb).get_dce_rpc()
    calls.connect()
    calls.bind(interface)
    return calls


if way == "service":
    calls = bound(r"\svcctl", scmr.MSRPC_UUID_SCMR)
    manager = scmr.hROpenSCManagerW(calls)["lpScHandle"]
    service = scmr.hRCreateServiceW(calls, manager, "BTOBTO\x00", "BTOBTO\x00", lpBinaryPathName=command + "\x00")["lpServiceHandle"]
    scmr.hRStartServiceW(calls, service)
    scmr.hRDeleteService(calls, service)
    scmr.hRCloseServiceHandle(calls, service)
elif way == "job":
    calls = bound(r"\atsvc", atsvc.MSRPC_UUID_ATSVC)
    job = atsvc.AT_INFO()
    job["JobTime"], job["DaysOfMonth"], job["DaysOfWeek"], job["Flags"], job["Command"] = 43200000, 0, 0, 0, command + "\x00"
    atsvc.hNetrJobAdd(calls, NULL, job)
else:
    calls = bound(r"\schedsvc", tsch.MSRPC_UUID_TSCHS)
    task = f'<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions><Exec><Command>{command}</Command></Exec></Actions></Task>'
    tsch.hSchRpcRegisterTask(calls, "\\Maintenance\x00", task + "\x00", tsch.TASK_CREATE, NULL, tsch.TASK_LOGON_NONE)
    tsch.hSchRpcDelete(calls, "\\Maintenance\x00")
smb.logoff()
print("done", flush=True)
