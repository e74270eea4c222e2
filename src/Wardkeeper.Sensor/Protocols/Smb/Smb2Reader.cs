using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>Reads messages of versions 2 and 3 (MS-SMB2, section 2.2): one command after another where several travel together.</summary>
internal sealed class Smb2Reader(SmbConnection connection, SmbTransfers transfers)
{
    private const int Header = 64, MostCommands = 32, MostDialects = 16, LongestName = 512;
    private const uint Response = 1, Async = 2, PipeTransceive = 0x0011C017, DeleteOnClose = 0x1000, Directory = 0x10;
    private const int Negotiate = 0, SessionSetup = 1, TreeConnect = 3, TreeDisconnect = 4, Create = 5, Close = 6, Read = 8, Write = 9, Ioctl = 11, SetInfo = 17;
    private const int Rename = 1, Delete = 2;

    /// <summary>The command that is read.</summary>
    private int start;
    private ulong id, session;
    private uint tree;

    /// <summary>Whether the message is hidden or packed, so that it tells nothing.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> bytes) => bytes[0] is 0xFD or 0xFC;

    /// <summary>Takes a message.</summary>
    public void Take(in SmbMessage message, ITransactionSink into)
    {
        OpenFile? created = null;
        start = 0;
        for (int count = 0; count < MostCommands; count++)
        {
            SmbFields rest = new(message.Bytes[start..]);
            if (rest.Length < Header + 2 || rest.U32(0) != 0x424D53FE || rest.U16(4) != Header)
            {
                if (start == 0 || rest.Length >= Header + 2) into.Report(SmbFaults.MalformedMessage2);
                return;
            }
            uint status = rest.U32(8), flags = rest.U32(16), next = rest.U32(20);
            (id, session) = (rest.U64(24), rest.U64(40));
            tree = (flags & Async) != 0 ? 0 : rest.U32(36);
            SmbFields body = new(rest.Part(Header, next >= Header ? next - Header : rest.Length));
            if ((flags & Response) == 0)
            {
                if (message.Side == Side.Client) Request(in message, rest.U16(12), body, ref created, into);
            }
            else if (message.Side == Side.Server && status != SmbNames.Pending && connection.TryAnswer(id, rest.U16(12), true, out SmbRequest request))
            {
                Answer(in message, request, status, body, into);
            }
            if (next < Header || start + next > message.Bytes.Length) return;
            start += (int)next;
        }
    }

    private void Request(in SmbMessage message, int command, SmbFields body, ref OpenFile? created, ITransactionSink into)
    {
        SmbRequest request = new(id, command, message.At, message.Range);
        switch (command)
        {
            case Negotiate:
                Offer(in message, body);
                break;
            case SessionSetup:
                connection.Facts.Began ??= message.At;
                if (connection.Facts.Where.Length == 0) connection.Facts.Where = message.Range;
                connection.Authentication.Take(body.Part(body.U16(12) - Header, body.U16(14)), message.At, message.Range, into);
                break;
            case TreeConnect:
                request = request with { Tree = new SmbTree(WideText.Of(body.Part(body.U16(4) - Header, body.U16(6)), LongestName)) };
                if (into.Buffers is { } buffers) SmbConnection.Offer(request.Tree?.Path, buffers);
                break;
            case TreeDisconnect:
                connection.Disconnected(session, tree);
                return;
            case Create:
                uint options = body.U32(40);
                created = new OpenFile(WideText.Of(body.Part(body.U16(44) - Header, body.U16(46)), LongestName) ?? "", connection.Tree(session, tree), message.At, message.Range) { Access = body.U32(24), DeleteOnClose = (options & DeleteOnClose) != 0 };
                request = request with { File = created };
                break;
            case Close:
                request = request with { File = Find(body.Id(8), created) };
                break;
            case Read:
                request = request with { File = Find(body.Id(16), created), Offset = (long)body.U64(8) };
                break;
            case Write when Find(body.Id(16), created) is { } written:
                request = request with { File = written };
                Content(in message, written, (long)body.U64(8), true, body.U16(2), body.U32(4), into);
                break;
            case Ioctl when body.U32(4) == PipeTransceive && Find(body.Id(8), created) is { Pipe: not null } pipe:
                request = request with { File = pipe };
                Content(in message, pipe, 0, true, body.U32(24), body.U32(28), into);
                break;
            case SetInfo when Find(body.Id(16), created) is { } changed && body.U8(2) == 1:
                SmbFields data = new(body.Part(body.U16(8) - Header, body.U32(4)));
                if (body.U8(3) == 10) request = request with { File = changed, Kind = Rename, Name = WideText.Of(data.Part(20, data.U32(16)), LongestName) };
                else if (body.U8(3) is 13 or 64 && (data.U8(0) & 1) != 0) request = request with { File = changed, Kind = Delete };
                break;
            default:
                return;
        }
        connection.Ask(request);
    }

    private void Answer(in SmbMessage message, in SmbRequest request, uint status, SmbFields body, ITransactionSink into)
    {
        switch (request.Command)
        {
            case Negotiate when status == SmbNames.Success:
                Agree(body);
                return;
            case SessionSetup:
                bool isWhole = body.U16(0) == 9;
                if (isWhole) connection.Authentication.Take(body.Part(body.U16(4) - Header, body.U16(6)), message.At, message.Range, into);
                if (status == SmbNames.MoreProcessing) return;
                connection.LoggedIn(session, status, isWhole && status == 0 ? (body.U16(2) & 3) != 0 : null, isWhole && status == 0 ? (body.U16(2) & 4) != 0 : null, message.At, into);
                return;
            case TreeConnect:
                bool isEncrypted = (body.U32(4) & 0x8000) != 0;
                connection.Connected(request, session, tree, status, new SmbMapping(message.At, request.Where) { ShareType = status == 0 ? SmbNames.ShareType(body.U8(2)) : null, Encrypted = status == 0 ? isEncrypted : null }, into);
                return;
            case Create:
                if (status == SmbNames.Success) Describe(request.File!, body);
                connection.Opened(request.File!, body.Id(64), status, message.At, into);
                return;
        }
        if (request.File is not { } file || status is not (SmbNames.Success or SmbNames.BufferOverflow)) return;
        switch (request.Command)
        {
            case Close:
                connection.Closed(file, message.At, into);
                break;
            case Read:
                file.BytesRead += body.U32(4);
                Content(in message, file, request.Offset, false, body.U8(2), body.U32(4), into);
                break;
            case Write:
                file.BytesWritten += body.U32(4);
                break;
            case Ioctl:
                file.BytesRead += body.U32(36);
                Content(in message, file, 0, false, body.U32(32), body.U32(36), into);
                break;
            case SetInfo when request is { Kind: Rename, Name: { } name }:
                connection.Renamed(file, name, message.At, request.Where, into);
                break;
            case SetInfo when request.Kind == Delete:
                connection.Deleted(file, message.At, request.Where, into);
                break;
            default:
                break;
        }
    }

    /// <summary>A file by its number; with all bits set the one that is opened in the same message.</summary>
    private OpenFile? Find((ulong, ulong) file, OpenFile? created) => file == (ulong.MaxValue, ulong.MaxValue) ? created : connection.File(file);

    private void Content(in SmbMessage message, OpenFile file, long offset, bool isWrite, long at, long length, ITransactionSink into)
    {
        if (length > 0 && at >= Header && connection.TrySeek(file, offset, isWrite, message.At, into)) transfers.Begin(in message, file, start + at, length, into);
    }

    private static void Describe(OpenFile file, SmbFields body)
    {
        file.Opened = SmbNames.CreateAction(body.U32(4));
        (file.Created, file.Accessed, file.Modified, file.Changed) = (body.Time(8), body.Time(16), body.Time(24), body.Time(32));
        file.Size = (long)Math.Min(body.U64(48), long.MaxValue);
        file.IsDirectory = (body.U32(56) & Directory) != 0;
    }

    private void Offer(in SmbMessage message, SmbFields body)
    {
        SmbFacts facts = connection.Facts;
        facts.Began = message.At;
        facts.Where = message.Range;
        facts.Offered.Clear();
        int count = Math.Min(body.U16(2), MostDialects);
        bool hasContexts = false;
        for (int i = 0; i < count && 36 + (i * 2) + 2 <= body.Length; i++)
        {
            int dialect = body.U16(36 + (i * 2));
            hasContexts |= dialect == 0x0311;
            facts.Offered.Add(SmbNames.Dialect(dialect));
        }
        if (body.Part(12, 16) is { Length: 16 } guid && guid.ContainsAnyExcept((byte)0)) facts.ClientGuid = new Guid(guid).ToString();
        if (hasContexts) Contexts(body, body.U32(28), body.U16(32), facts, isChoice: false);
    }

    /// <summary>What the server chose. MS-SMB2, section 2.2.4.</summary>
    private void Agree(SmbFields body)
    {
        SmbFacts facts = connection.Facts;
        int dialect = body.U16(4);
        facts.Dialect = SmbNames.Dialect(dialect);
        facts.Signing = (body.U16(2) & 3) switch { 0 => "disabled", 1 => "enabled", _ => "required" };
        if (body.Part(8, 16) is { Length: 16 } guid) facts.ServerGuid = new Guid(guid).ToString();
        (facts.ServerTime, facts.ServerStart) = (body.Time(40), body.Time(48));
        if (dialect == 0x0311) Contexts(body, body.U32(60), body.U16(6), facts, isChoice: true);
        // The first dialects that encrypt know one cipher.
        else if (dialect >= 0x0300 && (body.U32(24) & 0x40) != 0) facts.Cipher = "AES-128-CCM";
    }

    /// <summary>Contexts of dialect 3.1.1: ciphers, signatures, the server's name. MS-SMB2, section 2.2.3.1.</summary>
    private static void Contexts(SmbFields body, uint offset, int count, SmbFacts facts, bool isChoice)
    {
        long at = (long)offset - Header;
        for (int i = 0; i < Math.Min(count, 8) && at >= 0 && at + 8 <= body.Length; i++)
        {
            SmbFields context = new(body.Part(at, body.Length));
            int length = context.U16(2);
            if (context.U16(0) == 2 && isChoice) facts.Cipher = SmbNames.Cipher(context.U16(10));
            else if (context.U16(0) == 8 && isChoice) facts.SigningAlgorithm = SmbNames.Signature(context.U16(10));
            else if (context.U16(0) == 5) facts.Called = WideText.Of(context.Part(8, length), LongestName);
            at += 8 + ((length + 7) & ~7);
        }
    }
}
