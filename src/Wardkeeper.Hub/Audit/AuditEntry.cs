using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Audit;

/// <summary>One entry of the audit log.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="At">When; wall-clock time.</param>
/// <param name="Who">Who acted.</param>
/// <param name="Address">Where from, or null.</param>
/// <param name="Action">What was done, in kebab case.</param>
/// <param name="Subject">To what.</param>
/// <param name="Before">State before, or null.</param>
/// <param name="After">State after, or null.</param>
/// <param name="Reason">Reason given, or null.</param>
/// <param name="Previous">Hash of the entry before, in lower-case hex; 64 zeros for the first.</param>
/// <param name="Hash">Hash of this entry, in lower-case hex.</param>
public sealed record AuditEntry(long Sequence, CaptureTime At, string Who, string? Address, string Action, string Subject, string? Before, string? After, string? Reason, string Previous, string Hash)
{
    /// <summary>What stands before the first entry.</summary>
    public static string Origin { get; } = new('0', 64);

    /// <summary>
    /// The hash this entry must have: SHA-256 over the previous hash and every field, each with its length in front, so that no
    /// two different entries give the same bytes. Big-endian; a missing field has length -1; texts are UTF-8.
    /// </summary>
    public string ComputeHash() => ComputeHash(Sequence);

    /// <summary>The hash it would have under another number.</summary>
    internal string ComputeHash(long sequence)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        Append(sha, Previous);
        BinaryPrimitives.WriteInt64BigEndian(number, sequence);
        sha.AppendData(number);
        BinaryPrimitives.WriteInt64BigEndian(number, At.Nanoseconds);
        sha.AppendData(number);
        Append(sha, Who);
        Append(sha, Address);
        Append(sha, Action);
        Append(sha, Subject);
        Append(sha, Before);
        Append(sha, After);
        Append(sha, Reason);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static void Append(IncrementalHash sha, string? text)
    {
        Span<byte> length = stackalloc byte[4];
        byte[] bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : bytes.Length);
        sha.AppendData(length);
        sha.AppendData(bytes);
    }
}

/// <summary>Number and hash of an entry, written outside the database.</summary>
/// <param name="Sequence">Number.</param>
/// <param name="Hash">Hash in lower-case hex.</param>
public readonly record struct AuditAnchor(long Sequence, string Hash);
