using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>One log-in to a file server with what both machines agreed on and say of themselves; without a user where none was seen.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the negotiation, or else the log-in, lies in the stream.</param>
public sealed record SmbSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "smb";

    /// <summary>Dialect that the server chose: <c>3.1.1</c>, <c>2.1</c>, or of version 1 its name, as <c>NT LM 0.12</c>.</summary>
    public string? Dialect { get; init; }

    /// <summary>Dialects that the client offers, at most 16.</summary>
    public IReadOnlyList<string>? Offered { get; init; }

    /// <summary>What the server wants of signatures: <c>required</c>, <c>enabled</c>, <c>disabled</c>.</summary>
    public string? Signing { get; init; }

    /// <summary>Signature of dialect 3.1.1 that was agreed on.</summary>
    public string? SigningAlgorithm { get; init; }

    /// <summary>Cipher that was agreed on; whether it is used is told by <see cref="Encrypted"/>.</summary>
    public string? Cipher { get; init; }

    /// <summary>Whether the session is encrypted from here on.</summary>
    public bool? Encrypted { get; init; }

    /// <summary>User who logs in, behind the domain if one is given; hidden with Kerberos.</summary>
    public string? User { get; init; }

    /// <summary>How the user proves it: <c>ntlm</c>, <c>kerberos</c>, <c>plain</c> (a password in clear or hashed, without a mechanism).</summary>
    public string? Mechanism { get; init; }

    /// <summary>Whether the server took the user for a guest or for nobody.</summary>
    public bool? Guest { get; init; }

    /// <summary>Why the log-in failed. MS-ERREF, section 2.3.1.</summary>
    public string? Status { get; init; }

    /// <summary>Whether it succeeded; absent when the answer was not seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Identifier that the client made for itself.</summary>
    public string? ClientGuid { get; init; }

    /// <summary>Identifier that the server made for itself.</summary>
    public string? ServerGuid { get; init; }

    /// <summary>The server's clock.</summary>
    public CaptureTime? ServerTime { get; init; }

    /// <summary>When the server started, if it says.</summary>
    public CaptureTime? ServerStart { get; init; }

    /// <summary>Operating system that the client states in version 1.</summary>
    public string? ClientOs { get; init; }

    /// <summary>File sharing program that the client states in version 1.</summary>
    public string? ClientLanManager { get; init; }

    /// <summary>Operating system that the server states in version 1.</summary>
    public string? ServerOs { get; init; }

    /// <summary>File sharing program that the server states in version 1.</summary>
    public string? ServerLanManager { get; init; }

    /// <summary>Domain or workgroup that the server states in version 1.</summary>
    public string? ServerDomain { get; init; }

    /// <summary>Name by which the client calls the server: NetBIOS' session request, or dialect 3.1.1's negotiation.</summary>
    public string? Called { get; init; }

    /// <summary>NetBIOS name of the client. RFC 1002, section 4.3.2.</summary>
    public string? Calling { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("dialect"u8, Dialect);
        row.Texts("offered"u8, Offered);
        row.Text("signing"u8, Signing);
        row.Text("signing_algorithm"u8, SigningAlgorithm);
        row.Text("cipher"u8, Cipher);
        row.Flag("encrypted"u8, Encrypted);
        row.Text("user"u8, User);
        row.Text("mechanism"u8, Mechanism);
        row.Flag("guest"u8, Guest);
        row.Text("status"u8, Status);
        row.Flag("success"u8, Success);
        row.Text("client_guid"u8, ClientGuid);
        row.Text("server_guid"u8, ServerGuid);
        row.Time("server_time"u8, ServerTime);
        row.Time("server_start"u8, ServerStart);
        row.Text("client_os"u8, ClientOs);
        row.Text("client_lan_manager"u8, ClientLanManager);
        row.Text("server_os"u8, ServerOs);
        row.Text("server_lan_manager"u8, ServerLanManager);
        row.Text("server_domain"u8, ServerDomain);
        row.Text("called"u8, Called);
        row.Text("calling"u8, Calling);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Dialect is not null) into.Service("SMB " + Dialect);
        State(into, flow.Server, ServerOs, ServerLanManager);
        State(into, flow.Client, ClientOs, ClientLanManager);
        into.Claim(flow.Server, ClaimKind.DomainName, ServerDomain, "SMB session setup, domain");
        into.Claim(flow.Client, ClaimKind.HostName, Calling, "NetBIOS session request, calling name");
        // Clients that do not know the name call this one.
        if (Dialect is not null && Called is not "*SMBSERVER" && Called?.Contains('.', StringComparison.Ordinal) == false) into.Claim(flow.Server, ClaimKind.HostName, Called, "SMB called name");
    }

    private static void State(ObservationBatch into, Subject subject, string? system, string? program)
    {
        // Samba says "Unix" or the name of a Windows that it is not.
        bool isSamba = program?.StartsWith("Samba", StringComparison.OrdinalIgnoreCase) == true;
        if (isSamba) into.Claim(subject, ClaimKind.Software, program, "SMB native LAN manager");
        else if (system is not ("Unix" or "unix")) into.Claim(subject, ClaimKind.OperatingSystem, system, "SMB native OS");
    }
}

/// <summary>One share that a client connected to. Fields have Zeek's names.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record SmbMapping(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "smb_mapping";

    /// <summary>Share, as <c>\\server\share</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Service of version 1: <c>A:</c> (files), <c>IPC</c>, <c>LPT1:</c>.</summary>
    public string? Service { get; init; }

    /// <summary>File system that the server states in version 1.</summary>
    public string? NativeFileSystem { get; init; }

    /// <summary><c>DISK</c>, <c>PIPE</c> or <c>PRINT</c>. MS-SMB2, section 2.2.10.</summary>
    public string? ShareType { get; init; }

    /// <summary>Whether the share must be encrypted.</summary>
    public bool? Encrypted { get; init; }

    /// <summary>User of the session.</summary>
    public string? User { get; init; }

    /// <summary>Why the server refused.</summary>
    public string? Status { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("path"u8, Path);
        row.Text("service"u8, Service);
        row.Text("native_file_system"u8, NativeFileSystem);
        row.Text("share_type"u8, ShareType);
        row.Flag("encrypted"u8, Encrypted);
        row.Text("user"u8, User);
        row.Text("status"u8, Status);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is not null) return;
        if (ShareType == "DISK" || Service == "A:") into.Claim(flow.Server, ClaimKind.Role, "file-server", "SMB tree connect");
        else if (ShareType == "PRINT" || Service == "LPT1:") into.Claim(flow.Server, ClaimKind.Role, "print-server", "SMB tree connect");
    }
}

/// <summary>
/// One file, folder or pipe from opening to closing, or its renaming or deletion. Fields have Zeek's names where Zeek has them.
/// Opening the same again without reading or writing is told once in a while.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record SmbFile(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "smb_files";

    /// <summary><c>SMB::FILE_OPEN</c>, <c>SMB::FILE_RENAME</c>, <c>SMB::FILE_DELETE</c>, <c>SMB::PIPE_OPEN</c>, <c>SMB::PRINT_OPEN</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Share it lies in.</summary>
    public string? Path { get; init; }

    /// <summary>Name with folders, what may name a patient masked; <c>&lt;share_root&gt;</c> for the share's own folder.</summary>
    public MaskedText? Name { get; init; }

    /// <summary>Bytes when it was opened.</summary>
    public long? Size { get; init; }

    /// <summary>Name before it was renamed.</summary>
    public MaskedText? PrevName { get; init; }

    /// <summary>When its content was changed last.</summary>
    public CaptureTime? Modified { get; init; }

    /// <summary>When it was read last.</summary>
    public CaptureTime? Accessed { get; init; }

    /// <summary>When it was made.</summary>
    public CaptureTime? Created { get; init; }

    /// <summary>When anything of it was changed last.</summary>
    public CaptureTime? Changed { get; init; }

    /// <summary>What was done to open it: <c>opened</c>, <c>created</c>, <c>overwritten</c>, <c>superseded</c>.</summary>
    public string? Opened { get; init; }

    /// <summary>What the client asked to be allowed: <c>read</c>, <c>write</c>, <c>delete</c>, <c>execute</c>, <c>security</c>; <c>attributes</c> alone when it only looks at them.</summary>
    public IReadOnlyList<string>? Access { get; init; }

    /// <summary>Bytes read from it.</summary>
    public long? BytesRead { get; init; }

    /// <summary>Bytes written to it.</summary>
    public long? BytesWritten { get; init; }

    /// <summary>User of the session.</summary>
    public string? User { get; init; }

    /// <summary>Why the server refused.</summary>
    public string? Status { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("action"u8, Action);
        row.Text("path"u8, Path);
        row.Text("name"u8, Name);
        row.Number("size"u8, Size);
        row.Text("prev_name"u8, PrevName);
        row.Time("times.modified"u8, Modified);
        row.Time("times.accessed"u8, Accessed);
        row.Time("times.created"u8, Created);
        row.Time("times.changed"u8, Changed);
        row.Text("opened"u8, Opened);
        row.Texts("access"u8, Access);
        row.Number("bytes_read"u8, BytesRead);
        row.Number("bytes_written"u8, BytesWritten);
        row.Text("user"u8, User);
        row.Text("status"u8, Status);
    }
}
