using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform;

/// <summary>What a platform is built from.</summary>
internal sealed record PlatformOptions
{
    /// <summary>The settings; they may change while it runs.</summary>
    public required LiveSettings Settings { get; init; }

    /// <summary>The data folder, which this process owns.</summary>
    public required DataFolder Folder { get; init; }

    /// <summary>The certificate of console and API.</summary>
    public required ServerCertificate Certificate { get; init; }

    /// <summary>Whether the sample hospital is replayed instead of listening.</summary>
    public bool IsDemo { get; init; }

    /// <summary>How a command asks for everything to be closed and opened again.</summary>
    public Up.RestartRequest Restart { get; init; } = new();

    /// <summary>Whether this is a running platform, and not a command that opens the files by itself.</summary>
    public bool IsRunning { get; init; } = true;

    /// <summary>Wall clock, for what people do.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether Kestrel listens; a test may put its own server in place.</summary>
    public Action<WebApplicationBuilder>? Adjust { get; init; }
}
