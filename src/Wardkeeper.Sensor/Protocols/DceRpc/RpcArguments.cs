using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>
/// What is read of calls' arguments. Texts are found by their form in NDR (C706, section 14.3.4.2: room, offset, characters, then the
/// characters) and not by each operation's signature; only operations on machines are looked into, never those on content.
/// </summary>
internal static class RpcArguments
{
    private const int MostTexts = 4, LongestText = 256, Challenge = 8;

    /// <summary>Whether texts among the arguments of this operation tell what is done to a machine, and hold no secret.</summary>
    public static bool AreTold(string endpoint, string operation) => endpoint switch
    {
        "svcctl" => operation is "CreateServiceW" or "CreateServiceWOW64W" or "OpenServiceW" or "StartServiceW" or "ChangeServiceConfigW" or "OpenSCManagerW",
        "atsvc" => operation == "NetrJobAdd",
        "ITaskSchedulerService" => operation is "SchRpcRun" or "SchRpcDelete" or "SchRpcRegisterTask" or "SchRpcCreateFolder",
        "winreg" => operation is "BaseRegCreateKey" or "BaseRegOpenKey" or "BaseRegDeleteKey" or "BaseRegSaveKey" or "BaseRegSaveKeyEx",
        "efsrpc" or "FileServerVssAgent" => true,
        "netdfs" => operation is "NetrDfsAddStdRoot" or "NetrDfsRemoveStdRoot",
        "netlogon" => operation.StartsWith("NetrServer", StringComparison.Ordinal),
        "spoolss" => operation is "RpcAddPrinterDriver" or "RpcAddPrinterDriverEx" or "RpcRemoteFindFirstPrinterChangeNotificationEx" or "RpcOpenPrinter",
        "IRemoteWinspool" => operation is "RpcAsyncAddPrinterDriver",
        "samr" => operation is "SamrConnect2" or "SamrConnect4" or "SamrConnect5",
        "srvsvc" or "wkssvc" => operation is "NetrShareEnum" or "NetrShareAdd" or "NetrShareDel" or "NetrSessionEnum" or "NetrWkstaUserEnum" or "NetrServerGetInfo",
        "eventlog" => operation is "ElfrClearELFW" or "ElfrOpenELW",
        _ => false,
    };

    /// <summary>Texts in a stub; null when there are none.</summary>
    /// <param name="stub">The arguments.</param>
    /// <param name="most">Most texts to take: behind a task's name its definition follows, which may hold a password.</param>
    public static List<string>? Texts(ReadOnlySpan<byte> stub, int most = MostTexts)
    {
        List<string>? texts = null;
        for (int at = 0; at + 14 <= stub.Length && (texts?.Count ?? 0) < most; at += 4)
        {
            if (!TryText(stub[at..], out ReadOnlySpan<char> text, out int length)) continue;
            (texts ??= []).Add(text[..Math.Min(text.Length, LongestText)].ToString());
            at += ((length + 3) & ~3) - 4;
        }
        return texts;
    }

    /// <summary>Whether a log-on to Netlogon has a challenge or credential of zeros. MS-NRPC, sections 3.5.4.4.1 and 3.5.4.4.2.</summary>
    public static bool? IsZeroChallenge(string operation, ReadOnlySpan<byte> stub)
    {
        int behind = operation switch { "NetrServerReqChallenge" => 0, "NetrServerAuthenticate" => 0, "NetrServerAuthenticate2" or "NetrServerAuthenticate3" => 4, _ => -1 };
        if (behind < 0 || stub.Length < Challenge + behind) return null;
        return stub[..^behind][^Challenge..].ContainsAnyExcept((byte)0) ? null : true;
    }

    /// <summary>Room, offset and characters are numbers of four bytes, or of eight where both ends count so (NDR64).</summary>
    private static bool TryText(ReadOnlySpan<byte> bytes, out ReadOnlySpan<char> text, out int length)
    {
        text = default;
        length = 0;
        uint room = BinaryPrimitives.ReadUInt32LittleEndian(bytes), second = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        int header = 12;
        if (count == 0 && bytes.Length >= 24) (count, header) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]), 24);
        if (second != 0 || count is 0 or > 4096 || count > room || room > 65_536 || count * 2 > bytes.Length - header) return false;
        text = MemoryMarshal.Cast<byte, char>(bytes.Slice(header, (int)count * 2)).TrimEnd('\0');
        length = header + ((int)count * 2);
        return !text.IsEmpty && IsText(text);
    }

    private static bool IsText(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c < ' ' || c == '\uFFFD' || char.IsSurrogate(c)) return false;
        }
        return true;
    }
}
