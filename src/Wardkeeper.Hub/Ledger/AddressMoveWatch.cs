using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Notices addresses that went from one hardware address to another, in a running ledger and in that of a capture alike, and holds
/// each until it has settled: one that goes back meanwhile is used by two, and a new card of the same device shows by then.
/// </summary>
/// <param name="book">Says who had the address, and remembers when people were told.</param>
internal sealed class AddressMoveWatch(AddressBook book)
{
    /// <summary>An address that came back this soon is used by two.</summary>
    public static readonly TimeSpan Alternating = TimeSpan.FromMinutes(5);

    /// <summary>How long a move is held.</summary>
    public static readonly TimeSpan Settles = TimeSpan.FromMinutes(5);

    /// <summary>An address whose owner changes again and again is told of this often.</summary>
    private static readonly TimeSpan TellAgain = TimeSpan.FromHours(1);

    /// <summary>Moves that are held; a flood of them is told by others.</summary>
    private const int Kept = 1_024;

    private readonly List<AddressMove> waiting = [];

    /// <summary>Moves that have not settled.</summary>
    public IReadOnlyList<AddressMove> Waiting => waiting;

    /// <summary>What a change of owner is; null when nobody need be told: the addresses of routers and of pairs of them, and one that was told of a short while ago.</summary>
    /// <param name="ip">The address.</param>
    /// <param name="before">Its owner before.</param>
    /// <param name="after">Its owner now.</param>
    /// <param name="protocol">Which protocol said so, or null.</param>
    /// <param name="lastBefore">When the one before was last seen with it.</param>
    /// <param name="wasLeased">Whether that one had it by a lease.</param>
    public AddressMove? Notice(Address ip, AddressOwner before, AddressOwner after, string? protocol, CaptureTime lastBefore, bool wasLeased)
    {
        if (MacPrefixes.IsVirtual(before.Mac) || MacPrefixes.IsVirtual(after.Mac) || book.IsRouter(before.Mac) || book.IsRouter(after.Mac)) return null;
        bool isBack = before.Previous == after.Mac && after.At.Since(before.PreviousAt) < Alternating;
        if (before.ToldAt.Nanoseconds != 0 && after.At.Since(before.ToldAt) < TellAgain && (!isBack || before.IsDisputed)) return null;
        return new AddressMove(ip, before.Mac, lastBefore, wasLeased, after.Mac, after.At, protocol is "dhcp" or "dhcpv6", isBack);
    }

    /// <summary>People are told of a move: holds it, and gives those of the same address that it puts an end to.</summary>
    public IReadOnlyList<AddressMove> Hold(AddressMove move)
    {
        book.Told(move.Ip, move.At, move.IsBack);
        // The pair's own back and forth, and what it began with.
        List<AddressMove> over = waiting.FindAll(one => one.Ip == move.Ip);
        waiting.RemoveAll(over.Contains);
        // An address that goes from lease to lease is what a pool is for.
        if (!move.IsBack && !(move.IsLeased && move.WasLeased) && waiting.Count < Kept) waiting.Add(move);
        return over;
    }

    /// <summary>Moves that have settled by now; they are held no longer.</summary>
    public IReadOnlyList<AddressMove> Take(CaptureTime now)
    {
        if (waiting.Count == 0) return [];
        List<AddressMove> settled = waiting.FindAll(one => now.Since(one.At) >= Settles);
        waiting.RemoveAll(settled.Contains);
        return settled;
    }

    /// <summary>Puts back a move that was held when it was stored.</summary>
    public void Restore(AddressMove move) => waiting.Add(move);
}
