using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>What an indicator is compared with.</summary>
public enum IndicatorKind
{
    /// <summary>An address, or a network of addresses.</summary>
    Address,

    /// <summary>A domain; what lies below it counts too.</summary>
    Domain,

    /// <summary>An address of a page or file on the web.</summary>
    Url,

    /// <summary>SHA-256 of a file.</summary>
    FileHash,

    /// <summary>JA3 fingerprint of a TLS client.</summary>
    Ja3,

    /// <summary>JA4 fingerprint of a TLS client.</summary>
    Ja4,

    /// <summary>SHA-256 of a certificate.</summary>
    Certificate,

    /// <summary>MD5 of a file.</summary>
    FileMd5,

    /// <summary>SHA-1 of a file.</summary>
    FileSha1,
}

/// <summary>One entry of a source of intelligence: something that, when it is seen, tells of an attack.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The value, as <see cref="IndicatorValue"/> writes it.</param>
public sealed record Indicator(IndicatorKind Kind, string Value)
{
    /// <summary>Who says so.</summary>
    public string Source { get; init; } = "";

    /// <summary>What the source says of it; empty when nothing.</summary>
    public string Says { get; init; } = "";

    /// <summary>How sure the source is, 0 to 100; null when it does not say.</summary>
    public int? Confidence { get; init; }

    /// <summary>Since when the source knows it; null when it does not say.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Until when it holds; null when it does not expire.</summary>
    public CaptureTime? Until { get; init; }
}
