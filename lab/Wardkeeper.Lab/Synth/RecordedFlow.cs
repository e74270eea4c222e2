using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Synth;

/// <summary>A TCP or UDP conversation of the recording, which the synthesis plays again with other machines.</summary>
/// <param name="Client">Type of the machine that spoke first.</param>
/// <param name="Server">Type of the other.</param>
/// <param name="Protocol">6 or 17.</param>
/// <param name="ClientPort">Port of the machine that spoke first, as recorded.</param>
/// <param name="ServerPort">Port of the other.</param>
/// <param name="ClientIp">Address of the machine that spoke first, as recorded.</param>
/// <param name="ServerIp">Address of the other.</param>
/// <param name="ClientMac">Its hardware address, as recorded.</param>
/// <param name="ServerMac">Hardware address of the other.</param>
/// <param name="Hour">Hour of the day at which it began.</param>
/// <param name="Frames">Its frames as the mirror showed them, a routed one once on each virtual LAN; times count from its beginning.</param>
internal sealed record RecordedFlow(
    string Client, string Server, byte Protocol, int ClientPort, int ServerPort, uint ClientIp, uint ServerIp, ulong ClientMac, ulong ServerMac, int Hour, IReadOnlyList<Frame> Frames)
{
    /// <summary>Time from the first frame to the last, microseconds.</summary>
    public long Duration => Frames[^1].At;
}
