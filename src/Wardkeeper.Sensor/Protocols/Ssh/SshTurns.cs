using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>
/// What can be seen of an encrypted connection: how much each side says before the other speaks again. Typing gives short turns
/// that are answered by short ones; files and tunnels do not. A few numbers, the same wherever the segments end.
/// </summary>
internal struct SshTurns
{
    /// <summary>Longest turn that a key pressed can be: one packet of a character, its padding and its code, and what is sent along.</summary>
    public const int Keystroke = 160;

    /// <summary>Turns of the client while it proves who it is and opens a channel; fewer are no session.</summary>
    private const int Opening = 8;

    private const long Few = 16 * 1024, Much = 128 * 1024;

    private Said client, server;
    private Side speaking;
    private long turn;

    /// <summary>What the client said.</summary>
    public readonly Said Client => client;

    /// <summary>What the server said.</summary>
    public readonly Said Server => server;

    /// <summary>Time of the last bytes.</summary>
    public CaptureTime Last { get; private set; }

    /// <summary>
    /// What it looks like: <c>short</c>, <c>interactive</c>, <c>upload</c>, <c>download</c>, <c>tunnel</c>; null where it could be several.
    /// </summary>
    public static string? Shape(Said client, Said server)
    {
        if (client.Turns < Opening && client.Bytes + server.Bytes < Few) return "short";
        double typed = (double)client.Short / Math.Max(1, client.Turns);
        if (client.Turns >= 2 * Opening && typed >= 0.8 && server.Mean < 1024) return "interactive";
        if (client.Bytes >= Much && client.Bytes >= 8 * server.Bytes && client.Mean >= 4096) return "upload";
        if (server.Bytes >= Much && server.Bytes >= 8 * client.Bytes && server.Mean >= 4096) return "download";
        return client.Bytes >= Few && server.Bytes >= Few && typed < 0.5 && client.Bytes < 8 * server.Bytes && server.Bytes < 8 * client.Bytes ? "tunnel" : null;
    }

    /// <summary>One side said so many encrypted bytes.</summary>
    public void Add(Side side, long bytes, CaptureTime at)
    {
        if (bytes <= 0) return;
        Last = at;
        if (side != speaking) EndTurn();
        speaking = side;
        turn += bytes;
    }

    /// <summary>The other side speaks, or nobody does any more.</summary>
    public void EndTurn()
    {
        if (turn == 0) return;
        if (speaking == Side.Client) client = client.With(turn);
        else server = server.With(turn);
        turn = 0;
    }

    /// <summary>What one side said.</summary>
    /// <param name="Bytes">Bytes.</param>
    /// <param name="Turns">Turns.</param>
    /// <param name="Short">Turns that are no longer than a key pressed.</param>
    public readonly record struct Said(long Bytes, int Turns, int Short)
    {
        /// <summary>Bytes of a turn, on average.</summary>
        public long Mean => Bytes / Math.Max(1, Turns);

        public Said With(long turn) => new(Bytes + turn, Turns + 1, Short + (turn <= Keystroke ? 1 : 0));
    }
}
