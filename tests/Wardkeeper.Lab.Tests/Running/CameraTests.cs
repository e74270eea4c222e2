using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class CameraTests
{
    [LabFact("tshark tcpdump ffprobe")]
    public async Task Cameras_say_who_they_are_and_show_their_picture()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("cam1", 10, "camera", offers: "rtsp"));
        Capture capture = await hospital.RecordAsync(() => ActorRegistry.ActAsync(new StreamWatched(TimeSpan.Zero, "pc", "cam1"), hospital.Site, TestHospital.Cancel));
        Assert.Equal(["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"], await capture.FieldsAsync("rtsp.method", "rtsp.method"));
        IReadOnlyList<string> answers = await capture.FieldsAsync("rtsp.status", "rtsp.status");
        Assert.Equal(["200", "200", "200", "200", "200"], answers);
        Assert.Contains("Server: Vendor Model/VB20A", await capture.TsharkAsync("-Y", "rtsp.status", "-V"), StringComparison.Ordinal);
        Assert.Equal(["Vendor Model"], await capture.FieldsAsync("sdp", "sdp.session_name"));
        Assert.Equal(12, await capture.CountAsync("rtp.p_type==26 && rtp.marker==1"));
        Assert.Equal(0, await capture.CountAsync("tcp.flags.reset==1"));

        // A player that knows nothing of this camera decodes what it shows.
        (int code, string output) = await Shell.RunAsync("ip", ["netns", "exec", hospital.Site["pc"].Name, "ffprobe", "-v", "warning", "-read_intervals", "%+1", "-show_entries",
            "stream=codec_name,width,height,avg_frame_rate:frame=pkt_size,pix_fmt", "-of", "csv", "rtsp://10.77.10.10/stream1"], TestHospital.Cancel);
        Assert.True(code == 0, output);
        Assert.Contains("stream,mjpeg,320,240,", output, StringComparison.Ordinal);
        Assert.True(output.Split("frame,").Length > 5, output);
        Assert.DoesNotContain("error", output, StringComparison.OrdinalIgnoreCase);
    }
}
