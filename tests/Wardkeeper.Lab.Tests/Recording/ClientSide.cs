using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>What the client of a TCP connection sent, put together by the sequence numbers that tshark gives, for protocols that it has no dissector for.</summary>
/// <param name="From">Address of the client.</param>
/// <param name="To">Address of the server.</param>
/// <param name="Port">Port of the server.</param>
/// <param name="Text">The bytes, one character each (ISO 8859-1).</param>
internal sealed record ClientSide(string From, string To, int Port, string Text)
{
    /// <summary>Those of all connections to these ports in which a client sent something.</summary>
    public static async Task<IReadOnlyList<ClientSide>> OfAsync(Capture capture, params int[] ports)
    {
        IReadOnlyList<string> rows = await capture.FieldsAsync($"tcp.dstport in {{{string.Join(", ", ports)}}} && tcp.len > 0", "tcp.stream", "ip.src", "ip.dst", "tcp.dstport", "tcp.seq", "tcp.payload");
        return [.. rows.Select(row => row.Split('\t')).GroupBy(row => row[0]).Select(stream => new ClientSide(stream.First()[1], stream.First()[2], Number(stream.First()[3]), Join(stream)))];
    }

    private static string Join(IEnumerable<string[]> segments)
    {
        StringBuilder text = new();
        // The first byte of a connection has the relative number 1; what was sent again is left out.
        foreach ((int start, byte[] bytes) in segments.Select(row => (Number(row[4]) - 1, Convert.FromHexString(row[5]))).OrderBy(segment => segment.Item1))
        {
            Assert.True(start <= text.Length, "the recording lacks a segment");
            text.Append(Encoding.Latin1.GetString(bytes.AsSpan(Math.Min(text.Length - start, bytes.Length))));
        }
        return text.ToString();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
