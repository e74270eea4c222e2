using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.DceRpc;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Kerberos;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>A request that waits for its answer.</summary>
/// <param name="Key">Number that the answer repeats.</param>
/// <param name="Command">Command.</param>
/// <param name="At">When it came.</param>
/// <param name="Where">Where it lies.</param>
internal readonly record struct SmbRequest(ulong Key, int Command, CaptureTime At, ByteRange Where)
{
    /// <summary>Kind of a command that has several.</summary>
    public int Kind { get; init; }

    /// <summary>File it is about.</summary>
    public OpenFile? File { get; init; }

    /// <summary>Share it is about.</summary>
    public SmbTree? Tree { get; init; }

    /// <summary>Where it reads or writes.</summary>
    public long Offset { get; init; }

    /// <summary>New name.</summary>
    public string? Name { get; init; }
}

/// <summary>What both versions of SMB keep of one connection: shares, open files, requests that wait. All of it bounded; what is beyond is not followed.</summary>
internal sealed class SmbConnection
{
    private const int MostTrees = 64, MostFiles = 128, MostRequests = 128, MostBodies = 8, MostPipes = 16, MostUsers = 32;

    private readonly Dictionary<(ulong Session, uint Tree), SmbTree> trees = [];
    private readonly Dictionary<(ulong, ulong), OpenFile> files = [];
    private readonly Dictionary<ulong, string?> users = [];
    private readonly List<SmbRequest> requests = [];
    private readonly Stack<Body> bodies = new();
    private readonly RecentStatements told = new();
    private int bodiesInUse, pipesInUse;
    private UriMasking? masking;

    /// <summary>What was negotiated.</summary>
    public SmbFacts Facts { get; private set; } = new();

    /// <summary>The log-in that is under way.</summary>
    public GssExchange Authentication { get; } = new();

    /// <summary>Remembers a request.</summary>
    public void Ask(SmbRequest request)
    {
        if (requests.Count == MostRequests) requests.RemoveAt(0);
        requests.Add(request);
    }

    /// <summary>Finds the request of an answer; it stays when the answer is a preliminary one.</summary>
    public bool TryAnswer(ulong key, int command, bool isFinal, out SmbRequest request)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            if (requests[i].Key != key || requests[i].Command != command) continue;
            request = requests[i];
            if (isFinal) requests.RemoveAt(i);
            return true;
        }
        request = default;
        return false;
    }

    /// <summary>A share by its number; null when it is not known.</summary>
    public SmbTree? Tree(ulong session, uint tree) => trees.GetValueOrDefault((session, tree));

    /// <summary>A file by its number; null when it is not known.</summary>
    public OpenFile? File((ulong, ulong) id) => files.GetValueOrDefault(id);

    /// <summary>User of a session; null when hidden or unknown.</summary>
    public string? User(ulong session) => users.GetValueOrDefault(session);

    /// <summary>A log-in ended.</summary>
    public void LoggedIn(ulong session, uint status, bool? isGuest, bool? isEncrypted, CaptureTime at, ITransactionSink into)
    {
        bool success = status == SmbNames.Success;
        string? mechanism = Authentication.Mechanism, user = mechanism is null ? Facts.PlainUser : mechanism == "ntlm" ? Authentication.User : null;
        if (success && (users.Count < MostUsers || users.ContainsKey(session))) users[session] = user;
        Authentication.Finish(success, at, into);
        into.Emit(Facts.Row(at) with { User = user, Mechanism = mechanism ?? (Facts.PlainUser is null ? null : "plain"), Success = success, Status = SmbNames.Status(status), Guest = isGuest, Encrypted = isEncrypted });
        Facts.IsTold = true;
        Facts.PlainUser = null;
    }

    /// <summary>A share was connected, or refused.</summary>
    public void Connected(in SmbRequest request, ulong session, uint tree, uint status, SmbMapping row, ITransactionSink into)
    {
        string? user = User(session);
        if (request.Tree is { } connected && status == SmbNames.Success)
        {
            connected.ShareType = row.ShareType;
            connected.User = user;
            if (trees.Count < MostTrees || trees.ContainsKey((session, tree))) trees[(session, tree)] = connected;
        }
        into.Emit(row with { Began = request.At, Path = request.Tree?.Path, User = user, Status = SmbNames.Status(status) });
    }

    /// <summary>A share is no longer connected.</summary>
    public void Disconnected(ulong session, uint tree) => trees.Remove((session, tree));

    /// <summary>A file was opened, or the server refused.</summary>
    public void Opened(OpenFile file, (ulong, ulong) id, uint status, CaptureTime at, ITransactionSink into)
    {
        if (status != SmbNames.Success)
        {
            Tell(Row(file, at, into) with { Status = SmbNames.Status(status) }, file.Name, SmbNames.Status(status), isNews: false, into);
            return;
        }
        file.Id = id;
        bool isPipe = file.Tree?.ShareType == "PIPE" || (file.Tree?.ShareType is null && file.Size == 0 && IsPipeName(file.Name));
        if (isPipe && pipesInUse < MostPipes)
        {
            file.Pipe = new RpcPipe(PipeName(file.Name));
            pipesInUse++;
        }
        if (files.Count < MostFiles || files.ContainsKey(id)) files[id] = file;
        else Close(file, at, into);
    }

    /// <summary>Offers a share that is asked for to signatures; they call that of pipes a pipe.</summary>
    public static void Offer(string? share, Signatures.Buffers.IBufferSink into)
    {
        if (share is null) return;
        byte[] name = System.Text.Encoding.UTF8.GetBytes(share);
        into.Offer(share.EndsWith("IPC$", StringComparison.OrdinalIgnoreCase) ? Signatures.Buffers.BufferName.SmbPipe : Signatures.Buffers.BufferName.SmbShare, Side.Client, name);
        into.Complete(Side.Client);
    }

    /// <summary>A file was closed.</summary>
    public void Closed(OpenFile file, CaptureTime at, ITransactionSink into)
    {
        if (!files.Remove(file.Id)) return;
        Close(file, at, into);
        if (file.DeleteOnClose) Deleted(file, at, file.Where, into);
    }

    /// <summary>A file was renamed.</summary>
    public void Renamed(OpenFile file, string name, CaptureTime at, ByteRange where, ITransactionSink into)
    {
        into.Emit(Row(file, at, into) with { Began = at, Bytes = where, Action = "SMB::FILE_RENAME", Name = SharePath.Mask(name, into, ref masking), PrevName = SharePath.Mask(file.Name, into, ref masking), BytesRead = null, BytesWritten = null });
        file.Name = name;
    }

    /// <summary>A file was deleted.</summary>
    public void Deleted(OpenFile file, CaptureTime at, ByteRange where, ITransactionSink into) =>
        into.Emit(Row(file, at, into) with { Began = at, Bytes = where, Action = "SMB::FILE_DELETE", BytesRead = null, BytesWritten = null, Access = null, Opened = null });

    /// <summary>Bytes that are read or written follow at an offset of a file; false when they are not wanted.</summary>
    public bool TrySeek(OpenFile file, long offset, bool isWrite, CaptureTime at, ITransactionSink into)
    {
        if (file.Pipe is not null) return true;
        if (file.IsDirectory || !file.Wants(offset, isWrite)) return false;
        Body? fresh = null;
        if (file.Content is null && bodiesInUse < MostBodies)
        {
            fresh = bodies.Count > 0 ? bodies.Pop() : new Body();
            bodiesInUse++;
        }
        file.Seek(offset, isWrite, fresh, new BodyHead { IsFile = true, At = at, Where = file.Where, Into = into });
        return file.Content is not null;
    }

    /// <summary>The connection ended: what is open is told as it stands.</summary>
    public void End(CaptureTime at, ITransactionSink into)
    {
        foreach (OpenFile file in files.Values) Close(file, at, into);
        files.Clear();
        Authentication.Finish(null, null, into);
        if (!Facts.IsTold && Facts.IsWorth) into.Emit(Facts.Row(Facts.Began ?? at));
        Facts.IsTold = true;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        foreach (OpenFile file in files.Values) GiveBack(file);
        trees.Clear();
        files.Clear();
        users.Clear();
        requests.Clear();
        told.Clear();
        Authentication.Reset();
        bodiesInUse = pipesInUse = 0;
        Facts = new SmbFacts();
    }

    /// <summary>The name of a pipe as others write it: without folders, in small letters.</summary>
    private static string PipeName(string name) => name[(name.LastIndexOf('\\') + 1)..].ToLowerInvariant();

    private static bool IsPipeName(string name) => PipeName(name) is "svcctl" or "srvsvc" or "wkssvc" or "samr" or "lsarpc" or "lsass" or "netlogon" or "winreg" or "spoolss" or "atsvc" or "browser" or "epmapper" or "ntsvcs" or "eventlog" or "efsrpc" or "netdfs";

    private void Close(OpenFile file, CaptureTime at, ITransactionSink into)
    {
        if (file.Pipe is { } pipe)
        {
            pipe.End(into);
            pipesInUse--;
        }
        else if (into.Buffers is { } buffers) file.Offer(buffers);
        SmbFile row = Row(file, at, into);
        BodyFacts facts = default;
        if (file.TakeContent() is { } content)
        {
            facts = content.End(file.IsWhole);
            bodies.Push(content);
            bodiesInUse--;
        }
        Tell(row, file.Name, file.Opened, file.BytesRead + file.BytesWritten > 0 || file.Opened is "created" or "overwritten" or "superseded", into);
        new Brought(SmbAnalyser.Info.Name, at, file.Where, file.IsWritten ? Side.Client : Side.Server) { Name = row.Name, IsFile = true, Kind = "share" }.Emit(in facts, into);
    }

    private void GiveBack(OpenFile file)
    {
        if (file.TakeContent() is not { } content) return;
        content.Abandon();
        bodies.Push(content);
    }

    /// <summary>Hands a row out, unless it tells nothing but what was told lately.</summary>
    private void Tell(SmbFile row, string name, string? how, bool isNews, ITransactionSink into)
    {
        string said = $"{row.Path}\n{name}\n{how}";
        if (!told.IsRepeat(Side.Client, MemoryMarshal.AsBytes(said.AsSpan()), row.At) || isNews) into.Emit(row);
    }

    private SmbFile Row(OpenFile file, CaptureTime at, ITransactionSink into) => new(at, file.Where)
    {
        Began = file.Began,
        Action = file.Tree?.ShareType switch { "PIPE" => "SMB::PIPE_OPEN", "PRINT" => "SMB::PRINT_OPEN", _ => file.Pipe is null ? "SMB::FILE_OPEN" : "SMB::PIPE_OPEN" },
        Path = file.Tree?.Path,
        Name = SharePath.Mask(file.Name, into, ref masking),
        Size = file.Size,
        Modified = file.Modified,
        Accessed = file.Accessed,
        Created = file.Created,
        Changed = file.Changed,
        Opened = file.Opened,
        Access = file.Access == 0 ? null : SmbNames.Access(file.Access),
        BytesRead = file.IsDirectory || file.Opened is null ? null : file.BytesRead,
        BytesWritten = file.IsDirectory || file.Opened is null ? null : file.BytesWritten,
        User = file.Tree?.User,
    };
}
