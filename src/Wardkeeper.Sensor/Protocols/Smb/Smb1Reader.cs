using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>Reads messages of version 1 (MS-CIFS and MS-SMB, section 2.2.4), whose commands can travel in a chain.</summary>
internal sealed class Smb1Reader(SmbConnection connection, SmbTransfers transfers)
{
    /// <summary>Command of a log-in.</summary>
    public const int SessionSetup = 0x73;

    private const int Close = 0x04, Delete = 0x06, Rename = 0x07, Transaction = 0x25, OpenAndX = 0x2D, ReadAndX = 0x2E, WriteAndX = 0x2F, Transaction2 = 0x32, TreeDisconnect = 0x71, Negotiate = 0x72, TreeConnect = 0x75, NtCreate = 0xA2;
    private const int Header = 32, MostChain = 8, MostDialects = 16, LongestName = 512, None = 0xFF, NamedPipe = 0x26, SetFileInformation = 8;
    private const int Unicode = 0x8000, NtStatus = 0x4000;

    private bool isUnicode;
    private ulong id, user;
    private uint tree;
    private uint status;

    /// <summary>Takes a message.</summary>
    public void Take(in SmbMessage message, ITransactionSink into)
    {
        SmbFields all = new(message.Bytes);
        if (all.Length < Header + 1) return;
        int flags2 = all.U16(10), command = all.U8(4), at = Header;
        bool isAnswer = (all.U8(9) & 0x80) != 0;
        isUnicode = (flags2 & Unicode) != 0;
        (tree, user) = ((uint)all.U16(24), (ulong)all.U16(28));
        id = (ulong)(((long)all.U16(26) << 16) + all.U16(30));
        status = (flags2 & NtStatus) != 0 ? all.U32(5) : OfDos(all.U8(5), all.U16(7));
        if (isAnswer == (message.Side == Side.Client)) return;
        for (int count = 0; count < MostChain && command != None; count++)
        {
            int words = all.U8(at) * 2;
            if (at + 1 + words + 2 > all.Length)
            {
                into.Report(SmbFaults.MalformedMessage1);
                return;
            }
            SmbFields fields = new(all.Part(at + 1, words));
            int strings = at + 1 + words + 2;
            if (!isAnswer) Request(in message, command, fields, strings, into);
            else if (connection.TryAnswer(id, command, true, out SmbRequest request)) Answer(in message, request, fields, strings, into);
            bool isChained = command is SessionSetup or TreeConnect or NtCreate or ReadAndX or WriteAndX or OpenAndX;
            if (!isChained || words < 4 || fields.U16(2) <= at) return;
            (command, at) = (fields.U8(0), fields.U16(2));
        }
    }

    private void Request(in SmbMessage message, int command, SmbFields fields, int strings, ITransactionSink into)
    {
        SmbRequest request = new(id, command, message.At, message.Range);
        switch (command)
        {
            case Negotiate:
                Offer(in message, strings);
                break;
            case SessionSetup:
                LogIn(in message, fields, strings, into);
                break;
            case TreeConnect:
                int path = strings + fields.U16(6);
                request = request with { Tree = new SmbTree(Text(in message, ref path)) };
                if (into.Buffers is { } buffers) SmbConnection.Offer(request.Tree?.Path, buffers);
                break;
            case TreeDisconnect:
                connection.Disconnected(user, tree);
                return;
            case NtCreate:
                request = request with { File = Open(in message, strings, fields.U32(15), (fields.U32(39) & 0x1000) != 0) };
                break;
            case OpenAndX:
                request = request with { File = Open(in message, strings, (fields.U16(6) & 3) switch { 0 => 1u, 1 => 2u, _ => 3u }, false) };
                break;
            case Close:
                request = request with { File = Find(fields.U16(0)) };
                break;
            case ReadAndX:
                request = request with { File = Find(fields.U16(4)), Offset = fields.U32(6) | ((long)fields.U32(20) << 32) };
                break;
            case WriteAndX when Find(fields.U16(4)) is { } written:
                request = request with { File = written };
                long offset = fields.U32(6) | ((long)fields.U32(24) << 32);
                Content(in message, written, offset, true, fields.U16(22), fields.U16(20) + ((long)fields.U16(18) << 16), into);
                break;
            case Transaction when fields.U16(28) == NamedPipe && Find(fields.U16(30)) is { } pipe:
                request = request with { File = pipe };
                Content(in message, pipe, 0, true, fields.U16(24), fields.U16(22), into);
                break;
            case Transaction2 when fields.U16(28) == SetFileInformation:
                request = Change(in message, fields, request);
                break;
            case Delete or Rename:
                request = Move(in message, strings, request);
                break;
            default:
                return;
        }
        connection.Ask(request);
    }

    private void Answer(in SmbMessage message, in SmbRequest request, SmbFields fields, int strings, ITransactionSink into)
    {
        switch (request.Command)
        {
            case Negotiate:
                Agree(in message, fields, strings);
                return;
            case SessionSetup:
                LoggedIn(in message, fields, strings, into);
                return;
            case TreeConnect:
                Connected(in message, request, strings, into);
                return;
            case NtCreate or OpenAndX:
                if (status == SmbNames.Success) Describe(request.File!, request.Command, fields);
                connection.Opened(request.File!, IdOf(fields.U16(request.Command == NtCreate ? 5 : 4)), status, message.At, into);
                return;
        }
        if (request.File is not { } file || status is not (SmbNames.Success or SmbNames.BufferOverflow)) return;
        switch (request.Command)
        {
            case Close:
                connection.Closed(file, message.At, into);
                break;
            case ReadAndX:
                long length = fields.U16(10) + ((long)fields.U16(14) << 16);
                file.BytesRead += length;
                Content(in message, file, request.Offset, false, fields.U16(12), length, into);
                break;
            case WriteAndX:
                file.BytesWritten += fields.U16(4) + ((long)fields.U16(8) << 16);
                break;
            case Transaction:
                file.BytesRead += fields.U16(12);
                Content(in message, file, 0, false, fields.U16(14), fields.U16(12), into);
                break;
            case Rename or Transaction2 when request.Name is { } name:
                connection.Renamed(file, name, message.At, request.Where, into);
                break;
            case Delete or Transaction2:
                connection.Deleted(file, message.At, request.Where, into);
                break;
            default:
                break;
        }
    }

    private static (ulong, ulong) IdOf(int file) => ((ulong)file, ulong.MaxValue);

    /// <summary>Statuses of systems before NT, by their class and code. MS-CIFS, section 2.2.2.4.</summary>
    private static uint OfDos(int kind, int code) => (kind, code) switch
    {
        (0, _) => SmbNames.Success,
        (1, 2) => 0xC0000034,
        (1, 3) => 0xC000003A,
        (1, 5) => 0xC0000022,
        (1, 18) => 0x80000006,
        (1, 234) => SmbNames.BufferOverflow,
        (2, 2) => 0xC000006D,
        (2, 6) => 0xC00000CC,
        _ => 0xC0000001,
    };

    private OpenFile? Find(int file) => connection.File(IdOf(file));

    private void Content(in SmbMessage message, OpenFile file, long offset, bool isWrite, long at, long length, ITransactionSink into)
    {
        if (length > 0 && at >= Header && connection.TrySeek(file, offset, isWrite, message.At, into)) transfers.Begin(in message, file, at, length, into);
    }

    private OpenFile Open(in SmbMessage message, int strings, uint access, bool isDeleted) =>
        new(Text(in message, ref strings)?.TrimStart('\\') ?? "", connection.Tree(user, tree), message.At, message.Range) { Access = access, DeleteOnClose = isDeleted };

    private static void Describe(OpenFile file, int command, SmbFields fields)
    {
        if (command == NtCreate)
        {
            file.Opened = SmbNames.CreateAction(fields.U32(7));
            (file.Created, file.Accessed, file.Modified, file.Changed) = (fields.Time(11), fields.Time(19), fields.Time(27), fields.Time(35));
            file.Size = (long)Math.Min(fields.U64(55), long.MaxValue);
            file.IsDirectory = fields.U8(67) != 0;
            return;
        }
        file.Opened = (fields.U16(22) & 3) switch { 1 => "opened", 2 => "created", 3 => "overwritten", _ => null };
        file.Size = fields.U32(12);
    }

    /// <summary>Renaming or deletion of an open file. MS-CIFS, section 2.2.6.9.</summary>
    private SmbRequest Change(in SmbMessage message, SmbFields fields, SmbRequest request)
    {
        SmbFields all = new(message.Bytes), parameters = new(all.Part(fields.U16(20), fields.U16(18))), data = new(all.Part(fields.U16(24), fields.U16(22)));
        if (Find(parameters.U16(0)) is not { } file) return request;
        return parameters.U16(2) switch
        {
            0x102 or 1013 when data.U8(0) == 1 => request with { File = file },
            1010 => request with { File = file, Name = WideText.Of(data.Part(20, data.U32(16)), LongestName)?.TrimStart('\\') },
            _ => request,
        };
    }

    /// <summary>Renaming or deletion by name: a byte 4 before each name.</summary>
    private SmbRequest Move(in SmbMessage message, int strings, SmbRequest request)
    {
        int at = strings + 1;
        OpenFile file = new(Text(in message, ref at)?.TrimStart('\\') ?? "", connection.Tree(user, tree), message.At, message.Range);
        if (request.Command == Delete) return request with { File = file };
        at++;
        return request with { File = file, Name = Text(in message, ref at)?.TrimStart('\\') ?? "" };
    }

    private void Offer(in SmbMessage message, int strings)
    {
        SmbFacts facts = connection.Facts;
        facts.Began = message.At;
        facts.Where = message.Range;
        facts.Offered.Clear();
        int at = strings;
        while (facts.Offered.Count < MostDialects && at < message.Bytes.Length && message.Bytes[at] == 2)
        {
            at++;
            if (Narrow(in message, ref at) is { } dialect) facts.Offered.Add(dialect);
        }
    }

    private void Agree(in SmbMessage message, SmbFields fields, int strings)
    {
        SmbFacts facts = connection.Facts;
        int index = fields.U16(0);
        if (index < facts.Offered.Count) facts.Dialect = facts.Offered[index];
        if (fields.Length < 34) return;
        facts.Signing = (fields.U8(2) & 0x0C) switch { 0 => "disabled", 4 => "enabled", _ => "required" };
        facts.ServerTime = fields.Time(23);
        bool isExtended = (fields.U32(19) & 0x80000000) != 0;
        SmbFields all = new(message.Bytes);
        if (isExtended)
        {
            if (all.Part(strings, 16) is { Length: 16 } guid) facts.ServerGuid = new Guid(guid).ToString();
            return;
        }
        // Behind the challenge, and not aligned.
        facts.ServerDomain = WideText.Of(all.Part(strings + fields.U8(33), 64), 32) is { } domain && isUnicode ? domain : null;
    }

    /// <summary>With a mechanism's token, or with a user and his password, which is passed by. MS-SMB, section 2.2.4.6; MS-CIFS, section 2.2.4.53.</summary>
    private void LogIn(in SmbMessage message, SmbFields fields, int strings, ITransactionSink into)
    {
        SmbFacts facts = connection.Facts;
        facts.Began ??= message.At;
        if (facts.Where.Length == 0) facts.Where = message.Range;
        int at = strings;
        if (fields.Length == 24)
        {
            SmbFields all = new(message.Bytes);
            connection.Authentication.Take(all.Part(at, fields.U16(14)), message.At, message.Range, into);
            at += fields.U16(14);
        }
        else
        {
            at += fields.Length == 26 ? fields.U16(14) + fields.U16(16) : fields.U16(14);
            string? account = Text(in message, ref at), domain = Text(in message, ref at);
            facts.PlainUser = account is null ? null : domain is null ? account : $"{domain}\\{account}";
        }
        (facts.ClientOs, facts.ClientLanManager) = (Placed(in message, ref at) ?? facts.ClientOs, Placed(in message, ref at) ?? facts.ClientLanManager);
    }

    private void LoggedIn(in SmbMessage message, SmbFields fields, int strings, ITransactionSink into)
    {
        SmbFacts facts = connection.Facts;
        int at = strings;
        if (fields.Length == 8)
        {
            SmbFields all = new(message.Bytes);
            connection.Authentication.Take(all.Part(at, fields.U16(6)), message.At, message.Range, into);
            at += fields.U16(6);
        }
        if (fields.Length >= 6)
        {
            (facts.ServerOs, facts.ServerLanManager) = (Placed(in message, ref at) ?? facts.ServerOs, Placed(in message, ref at) ?? facts.ServerLanManager);
            facts.ServerDomain = Text(in message, ref at) ?? facts.ServerDomain;
        }
        if (status != SmbNames.MoreProcessing) connection.LoggedIn(user, status, fields.Length >= 6 && status == 0 ? (fields.U16(4) & 1) != 0 : null, null, message.At, into);
    }

    private void Connected(in SmbMessage message, in SmbRequest request, int strings, ITransactionSink into)
    {
        int at = strings;
        string? service = status == 0 ? Narrow(in message, ref at) : null, fileSystem = status == 0 ? Text(in message, ref at) : null;
        string? type = service switch { "IPC" => "PIPE", "LPT1:" => "PRINT", "A:" => "DISK", _ => null };
        connection.Connected(request, user, tree, status, new SmbMapping(message.At, request.Where) { Service = service, NativeFileSystem = fileSystem, ShareType = type }, into);
    }

    /// <summary>A text up to its zero: of two bytes a character from an even offset, or of one.</summary>
    /// <summary>A text, of which it is kept where it stands.</summary>
    private string? Placed(in SmbMessage message, ref int at)
    {
        int from = isUnicode ? at + (at & 1) : at;
        if (Text(in message, ref at) is not { } text) return null;
        ByteRange all = message.Content;
        connection.Facts.Places = new TextPlace(text, all with { Start = all.Start + from, Length = isUnicode ? text.Length * 2 : text.Length }, connection.Facts.Places);
        return text;
    }

    private string? Text(in SmbMessage message, ref int at)
    {
        if (!isUnicode) return Narrow(in message, ref at);
        at += at & 1;
        if (at >= message.Bytes.Length) return null;
        string? text = WideText.Of(message.Bytes[at..], LongestName);
        at += ((text?.Length ?? 0) + 1) * 2;
        return text;
    }

    private static string? Narrow(in SmbMessage message, ref int at)
    {
        if (at >= message.Bytes.Length) return null;
        ReadOnlySpan<byte> rest = message.Bytes[at..];
        int end = rest.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end < 0 ? rest : rest[..end];
        at += text.Length + 1;
        return text.IsEmpty ? null : Encoding.Latin1.GetString(text[..Math.Min(text.Length, LongestName)]);
    }
}
