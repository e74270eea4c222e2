using System.Text;
using Wardkeeper.Sensor.Content;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// What one envelope of Windows' remote management says: action, resource, the program that a shell is to run, and what a machine
/// answers when it is asked to identify itself. DSP0226 (WS-Management), MS-WSMV.
/// </summary>
internal sealed class WsManagementContent : IBodyContent
{
    private const int Longest = 199;

    /// <summary>Last part of the action, or the name of what the body holds where there is none.</summary>
    public string? Action { get; private set; }

    /// <summary>Resource without the beginning that all of them share.</summary>
    public string? Resource { get; private set; }

    /// <summary>Program that is run; its arguments may hold secrets and are passed by.</summary>
    public string? Command { get; private set; }

    /// <summary>Query of WMI.</summary>
    public string? Query { get; private set; }

    public string? ProductVendor { get; private set; }

    public string? ProductVersion { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string?> Stated => [ProductVendor is null ? ProductVersion : $"{ProductVendor} {ProductVersion}"];

    /// <summary>Code of a fault.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether all of it is encrypted.</summary>
    public bool IsEncrypted { get; private set; }

    /// <summary>Reads a body; null when it is none of remote management.</summary>
    public static WsManagementContent? Of(in Beginning body)
    {
        ReadOnlySpan<byte> text = body.Text;
        if (text.StartsWith("--Encrypted Boundary"u8)) return new WsManagementContent { IsEncrypted = true };
        ReadOnlySpan<byte> beginning = text[..Math.Min(text.Length, 1024)];
        if (text.Length < 32 || text[0] != (byte)'<' || beginning.IndexOf("Envelope"u8) < 0) return null;
        if (beginning.IndexOf("/wsman/"u8) < 0 && beginning.IndexOf("/wsmanidentity"u8) < 0 && text.IndexOf("/wsman.xsd"u8) < 0) return null;
        WsManagementContent content = new();
        content.Read(text);
        return content;
    }

    private void Read(ReadOnlySpan<byte> text)
    {
        XmlPull pull = new(text);
        string element = "", inBody = "";
        int bodyDepth = int.MaxValue;
        while (pull.Read() is not XmlNode.End and XmlNode node)
        {
            if (node == XmlNode.Open)
            {
                element = pull.LocalName.Length > 32 ? "" : Encoding.ASCII.GetString(pull.LocalName);
                if (pull.Depth == 2 && element == "Body") bodyDepth = 3;
                else if (pull.Depth == bodyDepth && inBody.Length == 0) inBody = element;
            }
            else if (node == XmlNode.Text)
            {
                Take(element, XmlPull.Decode(pull.Text, Encoding.UTF8, Longest));
            }
        }
        Action ??= inBody.Length > 0 ? inBody : null;
    }

    private void Take(string element, string? text)
    {
        switch (element)
        {
            case "Action":
                Action = text?[(text.LastIndexOf('/') + 1)..];
                break;
            case "ResourceURI":
                int at = text?.IndexOf("/wsman/", StringComparison.OrdinalIgnoreCase) ?? -1;
                // Behind the common beginning stands a version.
                Resource = at < 0 ? text : text![(at + 7)..] is { } rest && rest.StartsWith("1/", StringComparison.Ordinal) ? rest[2..] : text[(at + 7)..];
                break;
            case "Command":
                Command ??= text?.Split(' ', 2)[0];
                break;
            case "Filter" or "Query":
                Query ??= text is null ? null : SqlStatement.Shape(text);
                break;
            case "ProductVendor":
                ProductVendor = text;
                break;
            case "ProductVersion":
                ProductVersion = text;
                break;
            // The code, then the one that tells more.
            case "Value" when Action == "fault":
                Fault = text?[(text.LastIndexOf(':') + 1)..];
                break;
            default:
                break;
        }
    }
}
