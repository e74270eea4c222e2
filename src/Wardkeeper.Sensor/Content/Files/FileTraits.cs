namespace Wardkeeper.Sensor.Content.Files;

/// <summary>What a file that carries code or packs other files says of itself, from its structure alone; nothing in it is run or believed.</summary>
internal sealed record FileTraits : IBodyContent
{
    /// <summary>Closer than the media type: <c>PE32+</c>, <c>ELF64</c>, <c>Word document</c>, <c>Java archive</c>, <c>tar</c>; null when nothing is known.</summary>
    public string? Format { get; init; }

    /// <summary>Processor that a program is for, in the field's short names: <c>x86</c>, <c>x64</c>, <c>arm64</c>.</summary>
    public string? Machine { get; init; }

    /// <summary>When a program says it was linked, in seconds since 1970; null when it does not say or says nonsense.</summary>
    public long? Linked { get; init; }

    /// <summary>What is remarkable, in alphabetical order: <c>macros</c>, <c>javascript</c>, <c>encrypted</c>, <c>program-inside</c>, <c>signed</c>, <c>library</c>, <c>driver</c> …</summary>
    public IReadOnlyList<string> Traits { get; init; } = [];

    /// <summary>Files in an archive as far as it was read; null for what is none.</summary>
    public int? Members { get; init; }

    /// <summary>How many members there are of each kind, by content where it tells and else by the name's ending, the most frequent first.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Names of members that are programs or scripts, as the archive writes them.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>Bytes that the members claim to have when unpacked.</summary>
    public long? Unpacked { get; init; }

    /// <summary>Whether not all of it was read: bytes were lost, or there was more than is looked at.</summary>
    public bool IsCut { get; init; }
}
