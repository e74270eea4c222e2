using System.Globalization;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class CameraTests
{
    [LabFact("ffmpeg tshark tcpdump")]
    public async Task A_camera_is_watched_and_its_pictures_can_be_decoded()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("cam", 10, "camera", offers: "rtsp"));
        HostNamespace pc = hospital.Site["pc"];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await ActorRegistry.ActAsync(new StreamWatched(TimeSpan.Zero, "pc", "cam"), hospital.Site, TestHospital.Cancel);
        });
        Assert.Equal(["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"], await capture.FieldsAsync("rtsp.request", "rtsp.method"));
        Assert.All(await capture.FieldsAsync("rtsp.response", "rtsp.status"), status => Assert.Equal("200", status));
        Assert.True(await capture.CountAsync("rtp.p_type==26 && jpeg.main_hdr.width==160 && jpeg.main_hdr.height==128") >= 3);
        Assert.Equal(0, await capture.CountAsync("icmp && ip.src==10.77.10.10"));
        Assert.Contains("DESCRIBE rtsp://10.77.10.10:554/stream RTSP/1.0 -> RTSP/1.0 200 OK", File.ReadAllText(hospital.Site.LogOf(hospital.Site["cam"], "rtsp")), StringComparison.Ordinal);

        // Inside the connection too; the pixels of three pictures, each 160 by 128, in grey.
        string pixels = Path.Combine(hospital.Site.Folder, "pixels");
        string errors = (await ProgramRun.MustRunAsync(pc, hospital.Site.LogOf(pc, "x"), "ffmpeg",
            ["-nostdin", "-loglevel", "warning", "-rtsp_transport", "tcp", "-probesize", "32", "-analyzeduration", "0", "-i", "rtsp://10.77.10.10/stream", "-frames:v", "3", "-fps_mode", "passthrough", "-vf", "extractplanes=y", "-f", "rawvideo", pixels], TimeSpan.FromSeconds(30), TestHospital.Cancel)).Output;
        Assert.DoesNotContain("error", errors, StringComparison.OrdinalIgnoreCase);
        byte[] picture = File.ReadAllBytes(pixels);
        Assert.Equal(3 * 160 * 128, picture.Length);
        int[] bars = [.. Enumerable.Range(0, 3).Select(number => Enumerable.Range(0, 10).Single(column => picture[(number * 160 * 128) + (64 * 160) + (column * 16) + 8] > 160))];
        Assert.Equal([(bars[0] + 1) % 10, (bars[0] + 2) % 10], bars[1..]);
        // 128 plus the coefficient of -24 times 16 (table K.1) by 8.
        Assert.Equal(80, picture.Min(value => (int)value));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{128 + (32 * 16 / 8)}"), picture.Max(value => (int)value).ToString(CultureInfo.InvariantCulture));

        // What is not there is not described.
        ProgramResult missing = await ProgramRun.RunAsync(pc, hospital.Site.LogOf(pc, "x"), "ffmpeg", ["-nostdin", "-i", "rtsp://10.77.10.10/other", "-f", "null", "-"], TimeSpan.FromSeconds(30), TestHospital.Cancel);
        Assert.Contains("404 Not Found", missing.Output, StringComparison.Ordinal);
    }
}
