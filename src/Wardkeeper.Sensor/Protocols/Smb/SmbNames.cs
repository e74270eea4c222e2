using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>Names of SMB's numbers.</summary>
internal static class SmbNames
{
    public const uint Success = 0, Pending = 0x103, MoreProcessing = 0xC0000016, BufferOverflow = 0x80000005;

    /// <summary>Dialects of version 2 and 3. MS-SMB2, section 2.2.4.</summary>
    public static string Dialect(int revision) => revision switch
    {
        0x0202 => "2.0.2",
        0x0210 => "2.1",
        0x02FF => "2.?",
        0x0300 => "3.0",
        0x0302 => "3.0.2",
        0x0311 => "3.1.1",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{revision:x4}"),
    };

    /// <summary>Ciphers. MS-SMB2, section 2.2.3.1.2.</summary>
    public static string? Cipher(int id) => id switch { 1 => "AES-128-CCM", 2 => "AES-128-GCM", 3 => "AES-256-CCM", 4 => "AES-256-GCM", _ => null };

    /// <summary>Signatures. MS-SMB2, section 2.2.3.1.7.</summary>
    public static string? Signature(int id) => id switch { 0 => "HMAC-SHA256", 1 => "AES-CMAC", 2 => "AES-GMAC", _ => null };

    /// <summary>Kinds of shares. MS-SMB2, section 2.2.10.</summary>
    public static string? ShareType(int type) => type switch { 1 => "DISK", 2 => "PIPE", 3 => "PRINT", _ => null };

    /// <summary>What became of a file that was opened. MS-SMB2, section 2.2.14.</summary>
    public static string? CreateAction(uint action) => action switch { 0 => "superseded", 1 => "opened", 2 => "created", 3 => "overwritten", _ => null };

    /// <summary>What a client asks to do with a file; <c>attributes</c> when it is nothing else. MS-SMB2, section 2.2.13.1.</summary>
    public static IReadOnlyList<string> Access(uint mask)
    {
        List<string> names = [];
        if ((mask & 0x90000001) != 0) names.Add("read");
        if ((mask & 0x50000006) != 0) names.Add("write");
        if ((mask & 0x00010040) != 0) names.Add("delete");
        if ((mask & 0x20000020) != 0) names.Add("execute");
        if ((mask & 0x000C0000) != 0) names.Add("security");
        if (names.Count == 0) names.Add("attributes");
        return names;
    }

    /// <summary>The name of a status; null for success. MS-ERREF, section 2.3.1.</summary>
    public static string? Status(uint status) => status switch
    {
        Success => null,
        0x80000005 => "BUFFER_OVERFLOW",
        0x80000006 => "NO_MORE_FILES",
        0xC0000001 => "UNSUCCESSFUL",
        0xC0000002 => "NOT_IMPLEMENTED",
        0xC0000008 => "INVALID_HANDLE",
        0xC000000D => "INVALID_PARAMETER",
        0xC000000F => "NO_SUCH_FILE",
        0xC0000010 => "INVALID_DEVICE_REQUEST",
        0xC0000011 => "END_OF_FILE",
        0xC0000016 => "MORE_PROCESSING_REQUIRED",
        0xC0000022 => "ACCESS_DENIED",
        0xC0000033 => "OBJECT_NAME_INVALID",
        0xC0000034 => "OBJECT_NAME_NOT_FOUND",
        0xC0000035 => "OBJECT_NAME_COLLISION",
        0xC000003A => "OBJECT_PATH_NOT_FOUND",
        0xC0000043 => "SHARING_VIOLATION",
        0xC0000056 => "DELETE_PENDING",
        0xC0000061 => "PRIVILEGE_NOT_HELD",
        0xC0000064 => "NO_SUCH_USER",
        0xC000006A => "WRONG_PASSWORD",
        0xC000006D => "LOGON_FAILURE",
        0xC000006E => "ACCOUNT_RESTRICTION",
        0xC000006F => "INVALID_LOGON_HOURS",
        0xC0000070 => "INVALID_WORKSTATION",
        0xC0000071 => "PASSWORD_EXPIRED",
        0xC0000072 => "ACCOUNT_DISABLED",
        0xC000007F => "DISK_FULL",
        0xC000009A => "INSUFFICIENT_RESOURCES",
        0xC00000AC => "PIPE_NOT_AVAILABLE",
        0xC00000B0 => "PIPE_DISCONNECTED",
        0xC00000B5 => "IO_TIMEOUT",
        0xC00000BA => "FILE_IS_A_DIRECTORY",
        0xC00000BB => "NOT_SUPPORTED",
        0xC00000C9 => "NETWORK_NAME_DELETED",
        0xC00000CA => "NETWORK_ACCESS_DENIED",
        0xC00000CC => "BAD_NETWORK_NAME",
        0xC0000101 => "DIRECTORY_NOT_EMPTY",
        0xC0000103 => "NOT_A_DIRECTORY",
        0xC0000120 => "CANCELLED",
        0xC0000128 => "FILE_CLOSED",
        0xC000015B => "LOGON_TYPE_NOT_GRANTED",
        0xC000018D => "TRUSTED_RELATIONSHIP_FAILURE",
        0xC0000193 => "ACCOUNT_EXPIRED",
        0xC0000203 => "USER_SESSION_DELETED",
        0xC0000224 => "PASSWORD_MUST_CHANGE",
        0xC0000225 => "NOT_FOUND",
        0xC0000234 => "ACCOUNT_LOCKED_OUT",
        0xC0000257 => "PATH_NOT_COVERED",
        0xC000035C => "NETWORK_SESSION_EXPIRED",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{status:x8}"),
    };
}
