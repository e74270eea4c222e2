using System.Globalization;
using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Rtsp;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Cameras;

/// <summary>Watches a camera for some pictures: a client by RFC 2326 with the picture interleaved, as video management does through firewalls.</summary>
internal sealed class WatchStream : IActor<StreamWatched>
{
    private const int Pictures = 12;
    private const string Program = "VMS Client/5.2";

    /// <inheritdoc/>
    public Task ActAsync(StreamWatched what, HospitalSite site, CancellationToken cancel) => Deadline.HoldAsync($"{what.Actor} watching {what.Camera}", TimeSpan.FromSeconds(20), async limit =>
    {
        await using NetworkStream stream = await site[what.Actor].ConnectAsync(site[what.Camera].Device.Ip, RtspConnection.Port, limit);
        using RtspConnection connection = new(stream);
        Client client = new(connection);
        string address = $"rtsp://{site[what.Camera].Device.Ip}/stream1";
        await client.AskAsync("OPTIONS", address, limit);
        RtspMessage described = await client.AskAsync("DESCRIBE", address, limit, ("Accept", "application/sdp"));
        string track = described.Body.Split("\r\n").LastOrDefault(line => line.StartsWith("a=control:", StringComparison.Ordinal))?["a=control:".Length..] ?? throw new LabException($"{what.Camera} describes no track: {described.Body}");
        RtspMessage set = await client.AskAsync("SETUP", described["Content-Base"] + track, limit, ("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"));
        (string, string) session = ("Session", set["Session"].Split(';')[0]);
        await client.AskAsync("PLAY", address, limit, session, ("Range", "npt=0.000-"));
        await client.WatchAsync(Pictures, limit);
        await client.AskAsync("TEARDOWN", address, limit, session);
    }, cancel);

    private sealed class Client(RtspConnection connection)
    {
        private int sequence;

        public async Task<RtspMessage> AskAsync(string method, string address, CancellationToken cancel, params IEnumerable<(string, string)> headers)
        {
            await connection.WriteAsync(RtspMessage.Of($"{method} {address} RTSP/1.0", "", [("CSeq", (++sequence).ToString(CultureInfo.InvariantCulture)), ("User-Agent", Program), .. headers]), cancel);
            while (true)
            {
                // Pictures may come before the answer.
                if ((await ReadAsync(cancel)).Message is { } answer) return answer.Second == "200" ? answer : throw new LabException($"{address} answers {method} with {answer.Start}");
            }
        }

        /// <summary>Takes pictures: the last packet of each has the marker (RFC 2435, section 3).</summary>
        public async Task WatchAsync(int pictures, CancellationToken cancel)
        {
            while (pictures > 0)
            {
                (RtspMessage? message, int channel, byte[] packet) = await ReadAsync(cancel);
                if (message is null && channel == 0 && packet.Length > 1 && (packet[1] & 0x80) != 0) pictures--;
            }
        }

        private async Task<(RtspMessage? Message, int Channel, byte[] Packet)> ReadAsync(CancellationToken cancel) => await connection.ReadAsync(cancel) ?? throw new LabException("the camera hung up");
    }
}
