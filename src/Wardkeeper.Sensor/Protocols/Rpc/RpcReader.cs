using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Rpc;

/// <summary>What an RPC server and its clients say in one flow: reads arguments and results of the programs it knows. RFC 5531, RFC 1833, RFC 1094, RFC 1813, RFC 7530, RFC 8881.</summary>
internal sealed class RpcReader
{
    private const int MostWaiting = 64, LongestName = 255, MostListed = 32, MostKinds = 48, MostOperations = 24;

    /// <summary>Bytes of the longest universal address, with its path.</summary>
    private const int LongestAddress = 256;

    private readonly Waiting<uint, RpcCall> waiting = new(MostWaiting);
    private readonly Dictionary<(string Program, int Version, string Procedure, string? Status, int? Result), (RpcCall First, long Calls)> sums = [];
    private UriMasking? masking;
    private bool hasTold;

    /// <summary>Takes a call or a reply, as much of it as is there. False when it is neither.</summary>
    public bool Take(ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, FlowView flow, ITransactionSink into)
    {
        SpanReader reader = new(bytes);
        uint id = reader.U32(), direction = reader.U32();
        if (reader.Failed || direction > 1) return false;
        return direction == 0 ? Call(ref reader, id, at, range, into) : Reply(ref reader, id, at, range, flow, into);
    }

    /// <summary>Hands out what waits, and the sums.</summary>
    public void End(ITransactionSink into)
    {
        waiting.End(into);
        foreach ((RpcCall first, long calls) in sums.Values) into.Emit(first with { Calls = calls });
        sums.Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        waiting.Clear();
        sums.Clear();
        hasTold = false;
    }

    private bool Call(ref SpanReader reader, uint id, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        if (reader.U32() != 2) return false;
        uint program = reader.U32(), version = reader.U32(), procedure = reader.U32(), flavor = reader.U32();
        ReadOnlySpan<byte> credentials = Opaque(ref reader);
        reader.Skip(4);
        Opaque(ref reader);
        if (reader.Failed) return false;
        RpcCall call = new(at, range)
        {
            Began = at,
            Program = RpcNames.Program(program),
            ProgramVersion = (int)Math.Min(version, int.MaxValue),
            Procedure = RpcNames.Procedure(program, version, procedure),
            Credentials = RpcNames.Credentials(flavor),
        };
        if (flavor == 1)
        {
            SpanReader system = new(credentials);
            system.Skip(4);
            string? machine = ShortText.Of(Opaque(ref system), LongestName);
            uint user = system.U32();
            if (!system.Failed) call = call with { MachineName = machine, UserId = user };
        }
        call = Arguments(ref reader, program, version, procedure, call, into);
        // The same call again is a repetition.
        waiting.Take(id);
        waiting.Add(id, call, into);
        return true;
    }

    private RpcCall Arguments(ref SpanReader reader, uint program, uint version, uint procedure, RpcCall call, ITransactionSink into)
    {
        switch (program)
        {
            case RpcNames.Mount when procedure is 1 or 3:
                return call with { Name = Path(Opaque(ref reader), into) };
            case RpcNames.Portmap when version == 2 && procedure is 1 or 2 or 3:
                return call with { Name = PatientMasker.Plain($"{RpcNames.Program(reader.U32())} {reader.U32()} {(reader.U32() == 6 ? "tcp" : "udp")}") };
            case RpcNames.Portmap when version >= 3 && procedure is 1 or 2 or 3:
                uint program3 = reader.U32(), version3 = reader.U32();
                return call with { Name = PatientMasker.Plain($"{RpcNames.Program(program3)} {version3} {ShortText.Of(Opaque(ref reader), 16)}".TrimEnd()) };
            case RpcNames.Nfs when version == 4 && procedure == 1:
                return Compound(ref reader, call, into);
            case RpcNames.Nfs when version is 2 or 3:
                bool isNamed = call.Procedure is "LOOKUP" or "CREATE" or "MKDIR" or "SYMLINK" or "MKNOD" or "REMOVE" or "RMDIR" or "RENAME";
                if (!isNamed) return call;
                Handle(ref reader, version);
                call = call with { Name = File(Opaque(ref reader), into) };
                if (call.Procedure != "RENAME") return call;
                Handle(ref reader, version);
                return call with { NewName = File(Opaque(ref reader), into) };
            default:
                return call;
        }
    }

    /// <summary>Operations as far as their arguments are known; the first name and the last tell what it is about. RFC 7531.</summary>
    private RpcCall Compound(ref SpanReader reader, RpcCall call, ITransactionSink into)
    {
        Opaque(ref reader);
        reader.Skip(4);
        uint count = reader.U32();
        List<string> operations = [];
        for (uint i = 0; i < count && operations.Count < MostOperations && !reader.Failed; i++)
        {
            uint number = reader.U32();
            if (reader.Failed || RpcNames.Operation(number) is not { } name) break;
            operations.Add(name);
            bool isKnown = true;
            switch (name)
            {
                case "PUTROOTFH" or "PUTPUBFH" or "GETFH" or "LOOKUPP" or "SAVEFH" or "RESTOREFH" or "READLINK":
                    break;
                case "PUTFH":
                    Opaque(ref reader);
                    break;
                case "ACCESS" or "RECLAIM_COMPLETE" or "SECINFO_NO_NAME":
                    reader.Skip(4);
                    break;
                case "GETATTR":
                    reader.Skip(4 * (int)Math.Min(reader.U32(), 8));
                    break;
                case "SEQUENCE":
                    reader.Skip(16 + 16);
                    break;
                case "CLOSE":
                    reader.Skip(4 + 16);
                    break;
                case "COMMIT":
                    reader.Skip(12);
                    break;
                case "LOOKUP" or "REMOVE" or "SECINFO":
                    call = call with { Name = File(Opaque(ref reader), into) };
                    break;
                case "RENAME":
                    call = call with { Name = File(Opaque(ref reader), into) };
                    call = call with { NewName = File(Opaque(ref reader), into) };
                    break;
                case "OPEN":
                    call = Open(ref reader, call, into);
                    isKnown = false;
                    break;
                case "EXCHANGE_ID":
                    call = Identity(ref reader, call);
                    isKnown = false;
                    break;
                default:
                    isKnown = false;
                    break;
            }
            if (!isKnown) break;
        }
        return call with { Procedure = operations.Count == 0 ? "COMPOUND" : string.Join(',', operations) };
    }

    private RpcCall Open(ref SpanReader reader, RpcCall call, ITransactionSink into)
    {
        reader.Skip(12 + 8);
        Opaque(ref reader);
        // Creating names attributes first: the name lies behind them and is looked for only in an opening that creates nothing.
        if (reader.U32() != 0 || reader.U32() != 0) return call;
        ReadOnlySpan<byte> name = Opaque(ref reader);
        return reader.Failed ? call : call with { Name = File(name, into) };
    }

    private static RpcCall Identity(ref SpanReader reader, RpcCall call)
    {
        reader.Skip(8);
        Opaque(ref reader);
        reader.Skip(4);
        if (reader.U32() != 0 || reader.U32() == 0) return call;
        Opaque(ref reader);
        ReadOnlySpan<byte> name = Opaque(ref reader);
        return reader.Failed ? call : call with { Implementation = ShortText.Of(name, LongestName) };
    }

    private bool Reply(ref SpanReader reader, uint id, CaptureTime at, ByteRange range, FlowView flow, ITransactionSink into)
    {
        uint denied = reader.U32();
        if (reader.Failed || denied > 1) return false;
        RpcCall? call = waiting.Take(id);
        string status = "denied";
        if (denied == 0)
        {
            reader.Skip(4);
            Opaque(ref reader);
            uint accepted = reader.U32();
            if (reader.Failed || accepted > 5) return false;
            status = RpcNames.Accepted(accepted);
        }
        // What a reply says cannot be told without its call.
        if (call is null) return true;
        call = call with { At = at, Status = status };
        if (status == "success") call = Results(ref reader, call, flow, into);
        if (!hasTold)
        {
            call = call with { TellsClient = true };
            hasTold = true;
        }
        bool isCounted = call.Program is "nfs" or "nlockmgr" or "nfs_acl" && call.Name is null && call.Implementation is null && !call.TellsClient;
        if (isCounted) Count(call, into);
        else into.Emit(call);
        return true;
    }

    private void Count(RpcCall call, ITransactionSink into)
    {
        (string, int, string, string?, int?) key = call.Kind;
        if (sums.TryGetValue(key, out (RpcCall First, long Calls) sum)) sums[key] = (sum.First with { At = call.At }, sum.Calls + 1);
        else if (sums.Count < MostKinds) sums[key] = (call, 1);
        else into.Emit(call);
    }

    private static RpcCall Results(ref SpanReader reader, RpcCall call, FlowView flow, ITransactionSink into)
    {
        switch (call.Program)
        {
            case "nfs" when call.Procedure != "NULL" && reader.Remaining >= 4:
                return call with { Result = (int)reader.U32() };
            case "mount" when call.Procedure == "MNT" && reader.Remaining >= 4:
                return call with { Result = (int)reader.U32() };
            case "mount" when call.Procedure == "EXPORT":
                return call with { Listed = Exports(ref reader) };
            case "portmap" when call.Procedure == "GETPORT" && reader.Remaining >= 4:
                return Mapped(call, reader.U32(), flow, into);
            case "portmap" when call.Procedure == "GETADDR" && reader.Remaining >= 4:
                // An address with its port as two more numbers. RFC 5665, 5.2.3.3.
                SpanReader stated = reader;
                // No address is as long: a caller that does not look runs over its buffer (CVE-2022-26937). What it states counts, for its end may lie beyond what is shown.
                if (stated.U32() > LongestAddress) into.Report(RpcFaults.AddressTooLong);
                ReadOnlySpan<byte> universal = Opaque(ref reader);
                string[] numbers = (ShortText.Of(universal, 64) ?? "").Split('.');
                return numbers.Length > 2 && byte.TryParse(numbers[^2], out byte high) && byte.TryParse(numbers[^1], out byte low) ? Mapped(call, (uint)((high << 8) | low), flow, into) : call;
            case "portmap" when call.Procedure == "DUMP" && call.ProgramVersion == 2:
                List<string> mappings = [];
                while (mappings.Count < MostListed && reader.U32() == 1)
                {
                    string one = $"{RpcNames.Program(reader.U32())} {reader.U32()} {(reader.U32() == 6 ? "tcp" : "udp")} {reader.U32()}";
                    if (reader.Failed) break;
                    mappings.Add(one);
                }
                return call with { Listed = mappings };
            default:
                return call;
        }
    }

    /// <summary>A port that a program was said to listen at; 0 when it does not.</summary>
    private static RpcCall Mapped(RpcCall call, uint port, FlowView flow, ITransactionSink into)
    {
        if (port is 0 or > ushort.MaxValue) return call with { Port = 0 };
        into.Expect(new ExpectedFlow(flow.Server.Ip, (ushort)port, Carrier.Tcp, null));
        into.Expect(new ExpectedFlow(flow.Server.Ip, (ushort)port, Carrier.Udp, null));
        return call with { Port = (int)port };
    }

    /// <summary>Exports with who may mount them. RFC 1813, 5.2.5.</summary>
    private static List<string> Exports(ref SpanReader reader)
    {
        List<string> exports = [];
        while (exports.Count < MostListed && reader.U32() == 1)
        {
            StringBuilder one = new(ShortText.Of(Opaque(ref reader), LongestName));
            for (int i = 0; i < MostListed && reader.U32() == 1; i++) one.Append(' ').Append(ShortText.Of(Opaque(ref reader), 64));
            if (reader.Failed) break;
            exports.Add(one.ToString());
        }
        return exports;
    }

    private static void Handle(ref SpanReader reader, uint version)
    {
        if (version == 2) reader.Skip(32);
        else Opaque(ref reader);
    }

    private MaskedText? File(ReadOnlySpan<byte> name, ITransactionSink into)
    {
        if (name.IsEmpty) return null;
        PatientContext context = default;
        return UriMasking.Of(into.Masker, ref masking).FileName(name[..Math.Min(name.Length, LongestName)], in context);
    }

    private MaskedText? Path(ReadOnlySpan<byte> path, ITransactionSink into)
    {
        if (path.IsEmpty) return null;
        PatientContext context = default;
        return UriMasking.Of(into.Masker, ref masking).Uri(path[..Math.Min(path.Length, LongestName)], ref context);
    }

    /// <summary>Bytes behind their length, padded to four. RFC 4506, 4.10.</summary>
    private static ReadOnlySpan<byte> Opaque(ref SpanReader reader)
    {
        uint length = reader.U32();
        if (length > int.MaxValue - 4)
        {
            reader.Skip(int.MaxValue);
            return default;
        }
        ReadOnlySpan<byte> bytes = reader.Take((int)length);
        int padding = (4 - (int)(length & 3)) & 3;
        // A text at the very end may come without its padding.
        reader.Skip(Math.Min(padding, reader.Remaining));
        return bytes;
    }
}
