using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Builds one rule, keyword by keyword: which buffer is being looked into, which content the next modifier is about.</summary>
internal sealed class RuleBuilder(RuleOrigin origin, NoteNames notes)
{
    private Section? section, lastMoved;
    private List<BufferCheck>? target;

    /// <summary>The rule so far.</summary>
    public Rule Rule { get; } = new() { Origin = origin };

    /// <summary>Numbers of the flowbits and counters of all rules.</summary>
    public NoteNames Notes { get; } = notes;

    /// <summary>Names of the rule's variables.</summary>
    public RuleVariableNames Variables { get; } = new();

    /// <summary>The last content, which modifiers are about.</summary>
    public ContentCheck? LastContent { get; private set; }

    /// <summary>The sets of values of all rules.</summary>
    public Datasets Datasets { get; init; } = new();

    /// <summary>The folder that the rule's file lies in, for lists beside it; null when it came out of an archive or from memory.</summary>
    public string? Folder { get; init; }

    /// <summary>The keyword that is being read.</summary>
    public string Keyword { get; set; } = "";

    /// <summary>Whether the rule is asked of what is there without <c>sid</c>.</summary>
    public bool IsSticky => section is not null && section.Client != BufferName.Payload;

    /// <summary>The section that is being written; the payload's if none was begun.</summary>
    public Section Section => section ??= Find(BufferName.Payload, BufferName.Payload);

    /// <summary>Begins to look into a buffer.</summary>
    public void Begin(BufferName client, BufferName server, bool again)
    {
        section = again ? Add(client, server) : Find(client, server);
        target = null;
        LastContent = null;
    }

    /// <summary>The buffer is changed before it is looked into from here on; what was said of it before is of the unchanged one.</summary>
    public void Turn(Transform transform)
    {
        Section before = Section;
        if (before.Checks.Count > 0)
        {
            section = Add(before.Client, before.Server);
            section.Transforms.AddRange(before.Transforms);
            LastContent = null;
        }
        section!.Transforms.Add(transform);
    }

    /// <summary>Goes back to the payload.</summary>
    public void BeginPayload()
    {
        section = null;
        target = null;
    }

    /// <summary>Adds a check to the buffer that is being looked into.</summary>
    public void Add(BufferCheck check)
    {
        // What counts from a content that was meant for another buffer is of that buffer.
        bool follows = check.DependsOnBefore && !IsSticky && target is null && lastMoved is not null;
        (follows ? lastMoved!.Checks : target ?? Section.Checks).Add(check);
        if (!follows) lastMoved = null;
        if (check is ContentCheck content) LastContent = content;
        if (check is Base64Check base64) Base64 = base64;
    }

    /// <summary>The last base64_decode.</summary>
    public Base64Check? Base64 { get; private set; }

    /// <summary>Looks into what base64_decode gives.</summary>
    public void BeginBase64() => target = Base64?.Inner ?? throw new RefusedException(Keyword, "there is no base64_decode before it");

    /// <summary>Adds a check to a buffer without looking into it from here on.</summary>
    public void AddTo(BufferName client, BufferName server, BufferCheck check)
    {
        lastMoved = Find(client, server);
        lastMoved.Checks.Add(check);
        if (check is ContentCheck content) LastContent = content;
    }

    /// <summary>The last content is meant to be looked for in another buffer.</summary>
    public void MoveLast(BufferName client, BufferName server)
    {
        ContentCheck content = LastContent ?? throw new RefusedException(Keyword, "there is no content before it");
        foreach (Section from in Rule.Sections)
        {
            if (!from.Checks.Remove(content)) continue;
            if (from.Checks.Count == 0 && from.Client == BufferName.Payload)
            {
                Rule.Sections.Remove(from);
                if (section == from) section = null;
            }
            break;
        }
        lastMoved = Find(client, server);
        lastMoved.Checks.Add(content);
    }

    /// <summary>A number, or a variable that was taken before.</summary>
    public Amount Amount(string text)
    {
        text = text.Trim();
        if (Variables.IndexOf(text) is >= 0 and int variable) return new Amount(0, variable);
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (long.TryParse(hex ? text.AsSpan(2) : text, hex ? System.Globalization.NumberStyles.AllowHexSpecifier : System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long value)) return new Amount(value);
        throw new RefusedException(Keyword, $"{text} is neither a number nor a variable");
    }

    /// <summary>The last content, or a refusal.</summary>
    public ContentCheck Content() => LastContent ?? throw new RefusedException(Keyword, "there is no content before it");

    /// <summary>Completes the rule.</summary>
    public Rule Finish()
    {
        if (Rule.Sid == 0) throw new RefusedException("sid", "it is missing");
        foreach (Section one in Rule.Sections)
        {
            Mark(one.Checks);
            one.Made = [.. one.Checks];
        }
        bool packetSections = Rule.Sections.Exists(static one => !one.IsOfTransactions && one.Client != BufferName.Payload);
        Rule.NeedsPacket |= packetSections;
        if (Rule.Protocol.IsPacketOnly) Rule.IsPacketOnly = true;
        if (Rule.Protocol.IsStreamOnly) Rule.IsStreamOnly = true;
        bool bare = Rule.Sections.Count == 0 && Rule.Tests.Count == 0 && Rule.Notes.Count == 0 && Rule.PacketEvent is null && !Rule.NeedsPacket;
        Rule.IsOncePerDirection = bare && Rule.Protocol is { IsPacketOnly: false, IsStreamOnly: false } && Rule.Protocol.Transport >= 0 && Rule.Established is null && (Rule.Protocol.Services.Length > 0 || (Rule.ToServer is null && Rule.SourcePorts.IsAny && Rule.DestinationPorts.IsAny));
        return Rule;
    }

    private static void Mark(List<BufferCheck> checks)
    {
        bool depends = false;
        for (int i = checks.Count - 1; i >= 0; i--)
        {
            if (checks[i] is Base64Check base64) Mark(base64.Inner);
            if (checks[i] is ContentCheck content) content.DependsOnBefore = content.Distance is not null || content.Within is not null;
            checks[i].IsDependedOn = depends;
            depends |= checks[i].DependsOnBefore;
        }
    }

    private Section Find(BufferName client, BufferName server) => Rule.Sections.Find(one => one.Client == client && one.Server == server && one.Transforms.Count == 0 && !one.MustBeAbsent) ?? Add(client, server);

    private Section Add(BufferName client, BufferName server)
    {
        Section added = new(client, server);
        Rule.Sections.Add(added);
        return added;
    }
}

/// <summary>Numbers for the names of flowbits and counters, the same for all rules of a set.</summary>
internal sealed class NoteNames
{
    /// <summary>Most names of a set; a flow's memory grows with them.</summary>
    public const int Most = 8192;

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>The number of a name.</summary>
    /// <exception cref="RefusedException">There are too many.</exception>
    public int Of(string keyword, string name)
    {
        if (numbers.TryGetValue(name, out int number)) return number;
        if (numbers.Count == Most) throw new RefusedException(keyword, "more names than 8192");
        return numbers[name] = numbers.Count;
    }

    /// <summary>The name of a number.</summary>
    public string NameOf(int number) => numbers.First(one => one.Value == number).Key;
}
