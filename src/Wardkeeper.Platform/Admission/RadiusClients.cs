using System.Globalization;
using System.Net;

namespace Wardkeeper.Platform.Admission;

/// <summary>A switch or access point, or a network of them, that may ask.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Network">Its address; a network for several that share a secret.</param>
/// <param name="Secret">The RADIUS secret.</param>
/// <param name="ChangePort">UDP port on which it takes Disconnect and CoA (RFC 5176).</param>
/// <param name="ChangeSecret">The secret of those; its RADIUS secret when it has no other.</param>
internal sealed record RadiusClient(string Name, IPNetwork Network, string Secret, int ChangePort, string ChangeSecret);

/// <summary>The switches that may ask: <c>clients.tsv</c> below the data folder, readable by its owner alone. A line is: name, address or network, secret, and optionally the port and the secret of RFC 5176.</summary>
internal static class RadiusClients
{
    /// <summary>Port of RFC 5176.</summary>
    public const int ChangePort = 3799;

    private const int LeastSecret = 16, MostSecret = 128, MostClients = 10_000;

    /// <summary>Reads the lines of a file, and reports everything that is wrong with them.</summary>
    /// <exception cref="UserError">Something is.</exception>
    public static IReadOnlyList<RadiusClient> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The file of switches {path} cannot be read: {e.Message}");
        }
        List<string> mistakes = [];
        List<RadiusClient> clients = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (Parse(line, out RadiusClient? client) is { } mistake) mistakes.Add($"{path}, line {i + 1}: {mistake}");
            else if (clients.Exists(one => one.Name == client!.Name || one.Network.Equals(client.Network))) mistakes.Add($"{path}, line {i + 1}: {client!.Name} or {client.Network} stands in it twice; keep one of them.");
            else clients.Add(client!);
        }
        if (clients.Count > MostClients) mistakes.Add($"{path} holds more than {MostClients} switches; gather those that share a secret in a network.");
        return mistakes.Count == 0 ? clients : throw new UserError([.. mistakes.Take(20)]);
    }

    /// <summary>The switch that an address belongs to, the narrowest network first; null when it is none.</summary>
    public static RadiusClient? Of(this IReadOnlyList<RadiusClient> clients, IPAddress address) =>
        clients.Where(client => client.Network.BaseAddress.AddressFamily == address.AddressFamily && client.Network.Contains(address)).MaxBy(client => client.Network.PrefixLength);

    private static string? Parse(string line, out RadiusClient? client)
    {
        client = null;
        string[] cells = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (cells.Length is < 3 or > 5) return "a line is: name, address or network, secret, and optionally port and secret of RFC 5176.";
        if (cells[0].Length > 64 || !cells[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return $"'{cells[0]}' is no name; take letters, digits, points and dashes.";
        if (Network(cells[1]) is not { } network) return $"'{cells[1]}' is no address and no network such as 10.20.0.0/24; a network is at least /8 long.";
        if (Wrong(cells[2]) is { } secret) return secret;
        int port = ChangePort;
        if (cells.Length > 3 && (!int.TryParse(cells[3], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)) return $"'{cells[3]}' is no port.";
        if (cells.Length > 4 && Wrong(cells[4]) is { } other) return other;
        client = new RadiusClient(cells[0], network, cells[2], port, cells.Length > 4 ? cells[4] : cells[2]);
        return null;
    }

    private static IPNetwork? Network(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? single)) return new IPNetwork(single, single.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out IPNetwork network) && network.PrefixLength >= 8 ? network : null;
    }

    // Never says the secret itself: this goes to screens and logs.
    private static string? Wrong(string secret) => secret.Length is < LeastSecret or > MostSecret ? $"the secret has {secret.Length} characters; it must have {LeastSecret} to {MostSecret} ('openssl rand -hex 20' makes one)."
        : !secret.All(c => char.IsAsciiLetterOrDigit(c) || "-_.+/=@%:,".Contains(c, StringComparison.Ordinal)) ? "the secret may hold letters, digits and -_.+/=@%:, only." : null;
}
