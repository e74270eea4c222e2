namespace Wardkeeper.Sensor.Content;

/// <summary>How a body is packed while it travels.</summary>
internal enum ContentCoding : byte
{
    /// <summary>As it is.</summary>
    Identity,

    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>RFC 1950, or bare RFC 1951 as some servers send it.</summary>
    Deflate,

    /// <summary>RFC 7932.</summary>
    Brotli,

    /// <summary>One that is not read (zstd, compress, several on top of each other).</summary>
    Unknown,
}
