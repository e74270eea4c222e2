using System.Globalization;
using System.Net.Sockets;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Recording;

public class RecorderTests
{
    [LabFact("tcpdump ethtool tshark kill")]
    public async Task What_the_recording_program_had_no_time_for_yet_is_recorded_before_it_ends()
    {
        CancellationToken cancel = TestHospital.Cancel;
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc1", 13, "office-pc"), TestHospital.Device("pc2", 14, "office-pc"));
        string raw = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), joined = raw + ".pcap";
        try
        {
            await using Recorder recorder = await Recorder.StartAsync(hospital.Network, raw, cancel);
            // As on a machine that has no time for it: the frames lie in the kernel when the recording is to end.
            await SignalAsync(recorder, "-STOP");
            using Socket listener = hospital.Site["pc2"].Listen(7000);
            await using (NetworkStream stream = await hospital.Site["pc1"].ConnectAsync(hospital.Site["pc2"].Device.Ip, 7000, cancel)) await stream.WriteAsync("hello"u8.ToArray(), cancel);
            Task<IReadOnlyList<(Department, string)>> stopping = recorder.StopAsync();
            await Task.Delay(600, cancel);
            await SignalAsync(recorder, "-CONT");
            JoinedCapture.Write(joined, await stopping, new TimeWarp(0, 0, 1), []);
            Assert.Single(await new Capture(joined).FieldsAsync("tcp.dstport == 7000 && tcp.flags.syn == 1", "frame.number"));
            Assert.Single(await new Capture(joined).FieldsAsync("tcp.dstport == 7000 && tcp.len == 5", "frame.number"));
        }
        finally
        {
            Directory.Delete(raw, recursive: true);
            File.Delete(joined);
        }
    }

    private static async Task SignalAsync(Recorder recorder, string signal) =>
        Assert.Equal(0, (await Shell.RunAsync("kill", [signal, .. recorder.Processes.Select(id => id.ToString(CultureInfo.InvariantCulture))], TestHospital.Cancel)).ExitCode);
}
