using Microsoft.Extensions.Localization;
using Wardkeeper.Hub.History;

namespace Wardkeeper.Console.Pages.Protocols;

/// <summary>What a kind of rows is called.</summary>
internal sealed class KindTexts(IStringLocalizer<ProtocolsPage> texts, ConversationSubject subject)
{
    private const string Dash = "—";

    /// <summary>Command and SOP class, message type, or who sent which records.</summary>
    public string Of(ConversationKind kind)
    {
        IReadOnlyList<string?> values = kind.Values;
        return subject switch
        {
            ConversationSubject.Dicom => values[0] == "association" ? texts["kind.association"].Value : Join(values[1], values[2]),
            ConversationSubject.Hl7 => values[0] ?? Dash,
            _ => Join(values[0] is null ? null : texts[$"role.{values[0]}"].Value, values[1] ?? Records(values[2])),
        };
    }

    /// <summary>Kinds of records as the standard writes them: <c>H P O R L</c>.</summary>
    private static string? Records(string? json) => json?.Trim('[', ']').Replace("\"", "", StringComparison.Ordinal).Replace(',', ' ');

    private static string Join(string? one, string? two) => one is null && two is null ? Dash : string.Join(' ', new[] { one, two }.OfType<string>());
}
