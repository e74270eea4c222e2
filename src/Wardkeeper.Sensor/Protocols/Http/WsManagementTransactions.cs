using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One request of Windows' remote management (WinRM) with its answer. The row of the same exchange in <c>http</c> has the rest.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request's head lies.</param>
public sealed record WsManagementExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "winrm";

    /// <summary>What is asked for: <c>Create</c>, <c>Command</c>, <c>Receive</c>, <c>Send</c>, <c>Signal</c>, <c>Delete</c>, <c>Get</c>, <c>Enumerate</c>, <c>Identify</c> … DSP0226, section 7 and after.</summary>
    public string? Action { get; init; }

    /// <summary>On what, as <c>windows/shell/cmd</c> or <c>wmi/root/cimv2/Win32_Service</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>Program that a shell is to run, without its arguments. MS-WSMV, section 2.2.4.7.</summary>
    public string? Command { get; init; }

    /// <summary>Query of WMI, its values replaced by question marks.</summary>
    public string? Query { get; init; }

    /// <summary>Whether all that is said is encrypted.</summary>
    public bool? Encrypted { get; init; }

    /// <summary>HTTP status code of the answer.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Code of a fault.</summary>
    public string? Fault { get; init; }

    /// <summary>Maker of the service, when it was asked to identify itself. DSP0226, section 11.</summary>
    public string? ProductVendor { get; init; }

    /// <summary>Its version; Windows states that of the system too.</summary>
    public string? ProductVersion { get; init; }

    internal override string Protocol => "winrm";

    /// <summary>The row of an exchange; null when it has nothing to do with remote management.</summary>
    internal static WsManagementExchange? Of(Exchange exchange, HttpExchange row)
    {
        WsManagementContent? asked = exchange.RequestBody.Find<WsManagementContent>()?.Content, answered = exchange.ResponseBody.Find<WsManagementContent>()?.Content;
        if (asked is null && answered is null) return null;
        return new WsManagementExchange(row.At, row.Bytes)
        {
            Began = row.Began,
            Action = asked?.Action ?? answered?.Action,
            Resource = asked?.Resource,
            Command = asked?.Command,
            Query = asked?.Query,
            Encrypted = asked?.IsEncrypted == true || answered?.IsEncrypted == true ? true : null,
            StatusCode = row.StatusCode,
            Fault = answered?.Fault,
            ProductVendor = answered?.ProductVendor,
            ProductVersion = answered?.ProductVersion,
            Places = exchange.ResponseBody.Places,
        };
    }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("action"u8, Action);
        row.Text("resource"u8, Resource);
        row.Text("command"u8, Command);
        row.Text("query"u8, Query);
        row.Flag("encrypted"u8, Encrypted);
        row.Number("status_code"u8, StatusCode);
        row.Text("fault"u8, Fault);
        row.Text("product_vendor"u8, ProductVendor);
        row.Text("product_version"u8, ProductVersion);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (StatusCode is null) return;
        if (ProductVersion is not null || Action is "Create" or "Identify") into.Service(ProductVersion);
        // "OS: 10.0.17763 SP: 0.0 Stack: 3.0"; zeros hide it from those who have not logged in.
        string? system = ProductVersion?.StartsWith("OS: ", StringComparison.Ordinal) == true ? ProductVersion[4..].Split(' ')[0] : null;
        into.Claim(flow.Server, ClaimKind.OperatingSystem, Kerberos.WindowsVersion.Named(system), "wsmid:ProductVersion");
        if (system is null) into.Claim(flow.Server, ClaimKind.Software, ProductVendor is null ? ProductVersion : $"{ProductVendor} {ProductVersion}", "wsmid:ProductVersion");
    }
}
