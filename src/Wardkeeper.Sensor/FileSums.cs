namespace Wardkeeper.Sensor;

/// <summary>Sums of files that are computed beside SHA-256 because somebody looks for them: lists of indicators and old rules name files so.</summary>
[Flags]
public enum FileSums
{
    /// <summary>SHA-256 alone.</summary>
    None = 0,

    /// <summary>MD5 (RFC 1321).</summary>
    Md5 = 1,

    /// <summary>SHA-1 (RFC 3174).</summary>
    Sha1 = 2,
}
