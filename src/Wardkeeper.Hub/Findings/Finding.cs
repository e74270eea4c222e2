using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>
/// One explained verdict: what, who, to whom, when, how sure, and why. What was observed belongs to the <see cref="FindingBook"/>;
/// what people decided (state, verdict, assignee, suppression) is changed through <see cref="IFindingCommands"/> alone.
/// </summary>
public sealed class Finding
{
    /// <summary>Evidence kept of one finding: the first half of it, and the latest.</summary>
    public const int EvidenceKept = 8;

    /// <summary>Networks kept of one finding; more are told as "…".</summary>
    public const int NetworksKept = 16;

    /// <summary>Its number, in the order in which findings were raised; shown as <c>F-12</c>.</summary>
    public required long Number { get; init; }

    /// <summary>What it is, in kebab case: <c>database-offered</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What counts as the same finding: type, subject, peer and what the detector tells apart.</summary>
    public required string Key { get; set; }

    /// <summary>How bad it is; rises with what is seen, never falls by itself.</summary>
    public required Severity Severity { get; set; }

    /// <summary>How sure it is, 0 to 1.</summary>
    public required double Confidence { get; set; }

    /// <summary>Whom it is about.</summary>
    public required Party Subject { get; set; }

    /// <summary>With whom; null when there is no other side.</summary>
    public Party? Peer { get; set; }

    /// <summary>First seen.</summary>
    public required CaptureTime First { get; set; }

    /// <summary>Last seen.</summary>
    public required CaptureTime Last { get; set; }

    /// <summary>How often it was seen.</summary>
    public long Count { get; set; } = 1;

    /// <summary>Its title, in people's languages.</summary>
    public required PhraseKey Title { get; set; }

    /// <summary>Why: what was seen, why that matters.</summary>
    public required PhraseKey Explanation { get; set; }

    /// <summary>What it rests on, trait by trait.</summary>
    public required IReadOnlyList<Fact> Facts { get; set; }

    /// <summary>Where it was seen.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; set; }

    /// <summary>Networks it was reached from, as the site calls them, in the order of first sight; for exposures.</summary>
    public IReadOnlyList<string> ReachedFrom { get; set; } = [];

    /// <summary>ATT&amp;CK technique it shows or opens the door to, for example <c>T1040</c>; null when none.</summary>
    public string? Technique { get; init; }

    /// <summary>Who has to act.</summary>
    public Duty Duty { get; init; }

    /// <summary>The suppression that hides it, or null. Whether that still holds depends on the day: see <see cref="Suppression.Holds"/>.</summary>
    public long? SuppressedBy { get; set; }

    /// <summary>Where it stands.</summary>
    public FindingState State { get; set; }

    /// <summary>What a person decided it to be; null before.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>When it was closed, by the clock on the wall; null when it is open.</summary>
    public CaptureTime? ClosedAt { get; set; }

    /// <summary>How often it came back after it had been closed.</summary>
    public int Reopened { get; set; }

    /// <summary>Short, speakable name.</summary>
    public string Id => IdOf(Number);

    /// <summary>Short, speakable name of a number.</summary>
    public static string IdOf(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"F-{number}");
}

/// <summary>One end of a finding: a network attachment, and the device it belongs to as far as the ledger knows.</summary>
/// <param name="Subject">The attachment.</param>
/// <param name="Port">Port, 0 when none is meant.</param>
/// <param name="Device">What the ledger knows of it; null when nothing.</param>
public sealed record Party(Subject Subject, ushort Port = 0, DeviceFacts? Device = null)
{
    /// <summary>Address for people: IP where there is one, else the hardware address; empty for the site as a whole.</summary>
    public string Address => !Subject.Ip.IsNone ? Subject.Ip.ToString() : !Subject.Mac.IsNone ? Subject.Mac.ToString() : "";

    /// <summary>What the same party is recognised by. A frame's hardware address may be a router's, so the IP address leads.</summary>
    public string Key => Address;
}

/// <summary>A trait that a finding rests on.</summary>
/// <param name="Name">Which, in kebab case; its words stand in the texts as <c>fact.NAME</c>.</param>
/// <param name="Observed">What was seen.</param>
/// <param name="Expected">What was to be expected; null when nothing in particular.</param>
public sealed record Fact(string Name, string Observed, string? Expected = null);

/// <summary>Where something was seen.</summary>
/// <param name="At">Capture time.</param>
/// <param name="Uid">Flow; null for link-layer frames and counters.</param>
/// <param name="Packet">Number of the packet, 0 when not known.</param>
/// <param name="Log">Log of the transaction, or null.</param>
/// <param name="Bytes">Where in the stream, or null.</param>
public sealed record Evidence(CaptureTime At, string? Uid = null, long Packet = 0, string? Log = null, ByteRange? Bytes = null);

/// <summary>A sentence by its key, with what fills its places.</summary>
/// <param name="Key">Key in the texts of findings.</param>
/// <param name="Arguments">What fills {0}, {1} …; values from the wire, never translated.</param>
public sealed record PhraseKey(string Key, IReadOnlyList<string> Arguments)
{
    /// <summary>The sentence in a language.</summary>
    public string In(bool chinese) => FindingTexts.Format(Key, chinese, Arguments);
}
