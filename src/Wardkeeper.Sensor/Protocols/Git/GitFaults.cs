namespace Wardkeeper.Sensor.Protocols.Git;

/// <summary>Every way to be wrong.</summary>
internal static class GitFaults
{
    /// <summary>A line whose length is no four hexadecimal digits.</summary>
    public static readonly Fault LineLength = new("git.line-length", "gitprotocol-common, pkt-line");
}
