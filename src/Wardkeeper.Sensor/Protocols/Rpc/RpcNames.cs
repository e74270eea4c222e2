using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Rpc;

/// <summary>Programs of IANA's registry "RPC program numbers", and their procedures.</summary>
internal static class RpcNames
{
    /// <summary>Numbers of the programs whose procedures are read.</summary>
    public const uint Portmap = 100000, Nfs = 100003, Mount = 100005;

    private static readonly string[] Portmap2 = ["NULL", "SET", "UNSET", "GETPORT", "DUMP", "CALLIT"];
    private static readonly string[] Portmap3 = ["NULL", "SET", "UNSET", "GETADDR", "DUMP", "CALLIT", "GETTIME", "UADDR2TADDR", "TADDR2UADDR", "GETVERSADDR", "INDIRECT", "GETADDRLIST", "GETSTAT"];
    private static readonly string[] Mount3 = ["NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"];

    private static readonly string[] Nfs2 =
        ["NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE", "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS"];

    private static readonly string[] Nfs3 =
        ["NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT"];

    private static readonly string[] Operations =
    [
        "ACCESS", "CLOSE", "COMMIT", "CREATE", "DELEGPURGE", "DELEGRETURN", "GETATTR", "GETFH", "LINK", "LOCK", "LOCKT", "LOCKU", "LOOKUP", "LOOKUPP", "NVERIFY", "OPEN", "OPENATTR", "OPEN_CONFIRM", "OPEN_DOWNGRADE", "PUTFH", "PUTPUBFH", "PUTROOTFH",
        "READ", "READDIR", "READLINK", "REMOVE", "RENAME", "RENEW", "RESTOREFH", "SAVEFH", "SECINFO", "SETATTR", "SETCLIENTID", "SETCLIENTID_CONFIRM", "VERIFY", "WRITE", "RELEASE_LOCKOWNER", "BACKCHANNEL_CTL", "BIND_CONN_TO_SESSION", "EXCHANGE_ID",
        "CREATE_SESSION", "DESTROY_SESSION", "FREE_STATEID", "GET_DIR_DELEGATION", "GETDEVICEINFO", "GETDEVICELIST", "LAYOUTCOMMIT", "LAYOUTGET", "LAYOUTRETURN", "SECINFO_NO_NAME", "SEQUENCE", "SET_SSV", "TEST_STATEID", "WANT_DELEGATION", "DESTROY_CLIENTID", "RECLAIM_COMPLETE",
    ];

    /// <summary>Whether a program's number is one that is met.</summary>
    public static bool IsProgram(uint number) => number is >= 100000 and <= 100500 or 150001 or 200006 or >= 300000 and <= 300700 or >= 390000 and <= 396000 or 805306368;

    /// <summary>Name of a program, or its number.</summary>
    public static string Program(uint number) => number switch
    {
        Portmap => "portmap",
        100001 => "rstatd",
        100002 => "rusersd",
        Nfs => "nfs",
        100004 => "ypserv",
        Mount => "mount",
        100007 => "ypbind",
        100008 => "walld",
        100009 => "yppasswdd",
        100011 => "rquotad",
        100012 => "sprayd",
        100021 => "nlockmgr",
        100024 => "status",
        100026 => "bootparam",
        100068 => "cmsd",
        100083 => "ttdbserverd",
        100133 => "nsm_addrand",
        100227 => "nfs_acl",
        100232 => "sadmind",
        390109 => "networker",
        395183 => "vxi11",
        395184 => "vxi11_abort",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Name of a procedure, or its number.</summary>
    public static string Procedure(uint program, uint version, uint number)
    {
        string[] names = (program, version) switch
        {
            (Portmap, 2) => Portmap2,
            (Portmap, _) => Portmap3,
            (Mount, _) => Mount3,
            (Nfs, 2) => Nfs2,
            (Nfs, 3) => Nfs3,
            (Nfs, 4) => ["NULL", "COMPOUND"],
            _ => ["NULL"],
        };
        return number < names.Length ? names[number] : number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Name of an operation of NFS version 4, or null. RFC 7531; RFC 8881, 18.</summary>
    public static string? Operation(uint number) => number >= 3 && number - 3 < Operations.Length ? Operations[number - 3] : null;

    /// <summary>How a server took a call. RFC 5531, 9.</summary>
    public static string Accepted(uint status) => status switch { 0 => "success", 1 => "prog_unavail", 2 => "prog_mismatch", 3 => "proc_unavail", 4 => "garbage_args", _ => "system_err" };

    /// <summary>Kind of credentials. RFC 5531, 8.</summary>
    public static string Credentials(uint flavor) => flavor switch { 0 => "none", 1 => "sys", 2 => "short", 3 => "dh", 6 => "gss", _ => flavor.ToString(CultureInfo.InvariantCulture) };
}
