using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>What several scenes do alike: give the hub a past, and wait for a machine's frames at the server.</summary>
internal static class Hearing
{
    private static readonly TimeSpan Recorded = TimeSpan.FromSeconds(14);

    /// <summary>What the hub knew before: the same machines, heard at their own ports before anybody was asked for.</summary>
    public static async Task<string> PastAsync(Ward ward, BridgeWires wires, IReadOnlyList<(string Port, string Key, MachineTraits Traits)> machines, CancellationToken cancel)
    {
        foreach ((string port, string key, _) in machines) await wires.ConnectAsync(port, MacText.Of(ward[key].Device.Mac), WardVlans.Text(ward.Vlans.Medical), null, cancel);
        string past = await MirrorHistory.RecordAsync(ward, async () =>
        {
            List<Machine> on = [];
            foreach ((_, string key, MachineTraits traits) in machines) on.Add(await Machine.OnAsync(ward, key, traits, cancel));
            await Task.Delay(Recorded, cancel);
            foreach (Machine machine in on) await machine.DisposeAsync();
        }, cancel);
        foreach ((string port, string key, _) in machines) await wires.ConnectAsync(port, MacText.Of(ward[key].Device.Mac), null, null, cancel);
        return past;
    }

    /// <summary>Waits for a frame of a sender at the server, and judges whether it came within the deadline.</summary>
    /// <returns>When it came; now when it did not.</returns>
    public static async Task<DateTimeOffset> HeardAsync(SceneStand run, ServerCapture capture, string mac, string judgement, CancellationToken cancel)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow;
        while (true)
        {
            IReadOnlyList<Frame> frames = capture.Read().From(mac, from);
            bool isLate = DateTimeOffset.UtcNow - from > run.Settings.Within;
            if (frames.Count > 0 || isLate)
            {
                DateTimeOffset at = frames.Count > 0 ? ServerFrames.Time(frames[0].At) : DateTimeOffset.UtcNow;
                run.Telling.Judge(frames.Count > 0, judgement, mac, SceneTelling.Seconds(at - from));
                return at;
            }
            await Task.Delay(500, cancel);
        }
    }
}
