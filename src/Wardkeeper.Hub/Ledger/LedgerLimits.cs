namespace Wardkeeper.Hub.Ledger;

/// <summary>How much the ledger keeps, so that no traffic can make it grow without end. What had no room is counted.</summary>
public sealed record LedgerLimits
{
    /// <summary>No limits: for captures, which are finite.</summary>
    public static LedgerLimits None { get; } = new() { Facts = int.MaxValue, ClaimsOfKind = int.MaxValue, Services = int.MaxValue, Candidates = int.MaxValue, BoundAddresses = int.MaxValue, Devices = int.MaxValue };

    /// <summary>Pairs of hardware and IP address in all.</summary>
    public int Facts { get; init; } = 400_000;

    /// <summary>Claims of one kind about one pair.</summary>
    public int ClaimsOfKind { get; init; } = 32;

    /// <summary>Services that one pair offers, and as many that it uses.</summary>
    public int Services { get; init; } = 256;

    /// <summary>Addresses seen once only, not yet believed to be devices. The oldest goes when there is no room.</summary>
    public int Candidates { get; init; } = 10_000;

    /// <summary>Addresses that one hardware address is remembered to own.</summary>
    public int BoundAddresses { get; init; } = 256;

    /// <summary>Devices in all; beyond, candidates stay candidates.</summary>
    public int Devices { get; init; } = 150_000;
}
