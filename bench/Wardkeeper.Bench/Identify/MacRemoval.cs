using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Bench.Identify;

/// <summary>
/// Writes a capture anew with locally administered hardware addresses in place of real ones, wherever they stand: in frames, in the
/// bodies of ARP and DHCP, and as text in announcements. Lengths stay the same.
/// </summary>
internal static class MacRemoval
{
    /// <summary>The address that stands for another: locally administered, so that no prefix names its holder.</summary>
    public static string Substitute(string mac) => "02:00:5e" + mac[8..];

    /// <summary>Writes the capture.</summary>
    /// <param name="from">The capture.</param>
    /// <param name="macs">The real addresses.</param>
    /// <param name="into">The new capture.</param>
    public static void Write(string from, IEnumerable<string> macs, string into)
    {
        List<(byte[] Old, byte[] New)> forms = [.. macs.SelectMany(Forms)];
        using ICaptureSource source = CaptureFiles.Open([from]);
        using PcapWriter writer = new(into);
        while (source.TryRead(out RawPacket packet))
        {
            byte[] frame = packet.Bytes.ToArray();
            foreach ((byte[] old, byte[] replacement) in forms)
            {
                for (int at = frame.AsSpan().IndexOf(old); at >= 0;)
                {
                    replacement.CopyTo(frame, at);
                    int next = frame.AsSpan(at + old.Length).IndexOf(old);
                    at = next < 0 ? -1 : at + old.Length + next;
                }
            }
            writer.Write(packet.At.Nanoseconds, frame, packet.WireLength);
        }
    }

    private static List<(byte[] Old, byte[] New)> Forms(string mac)
    {
        string other = Substitute(mac);
        List<(byte[] Old, byte[] New)> forms = [(Bytes(mac), Bytes(other))];
        foreach (string separator in (ReadOnlySpan<string>)[":", "-", ""])
        {
            string old = mac.Replace(":", separator, StringComparison.Ordinal), replacement = other.Replace(":", separator, StringComparison.Ordinal);
            forms.Add((Encoding.ASCII.GetBytes(old), Encoding.ASCII.GetBytes(replacement)));
            forms.Add((Encoding.ASCII.GetBytes(old.ToUpperInvariant()), Encoding.ASCII.GetBytes(replacement.ToUpperInvariant())));
        }
        return forms;
    }

    private static byte[] Bytes(string mac) => [.. mac.Split(':').Select(digits => byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
}
