namespace Wardkeeper.DeviceProtocol;

/// <summary>Why bytes are not the message that they should be. Bytes from a peer are never an exception.</summary>
public enum ProtocolFault
{
    /// <summary>They are.</summary>
    None,

    /// <summary>They end before the message does.</summary>
    Truncated,

    /// <summary>Bytes follow the message.</summary>
    TrailingBytes,

    /// <summary>The first byte is a version that is not spoken here.</summary>
    UnknownVersion,

    /// <summary>It is another message than the one that belongs here.</summary>
    WrongKind,

    /// <summary>The message, or a field, is longer than its bound.</summary>
    TooLong,

    /// <summary>A field is shorter than its bound.</summary>
    TooShort,

    /// <summary>A field holds a value that is not allowed, or one value written in two ways.</summary>
    BadValue,

    /// <summary>A suite that is not accepted here.</summary>
    UnknownSuite,

    /// <summary>The signature is not one of the key that the message names.</summary>
    BadSignature,

    /// <summary>What is encrypted does not open: another key, or it was changed.</summary>
    DoesNotOpen,
}
