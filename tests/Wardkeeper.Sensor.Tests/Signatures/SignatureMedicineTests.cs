using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>The buffers of medical protocols over recorded traffic, against what the analysers themselves tell of it.</summary>
public class SignatureMedicineTests
{
    private const string Dicom = "captures/lab/dicom-day.pcap", Hl7 = "captures/lab/hl7-day.pcap";

    [Fact]
    public void Application_titles_are_those_of_the_associations()
    {
        string title = CaptureRows<AssociationAttempt>.Of(Dicom).Select(row => row.CallingAe).First(one => one is not null)!;
        int expected = CaptureRows<AssociationAttempt>.Of(Dicom).Count(row => row.CallingAe == title);
        IReadOnlyList<SignatureAlert> alerts = SignatureRun.Of(SharedFiles.Path(Dicom), $"alert dicom any any -> any any (dicom.calling_ae; content:\"{title}\"; bsize:{title.Length};)");
        Assert.Equal(expected, alerts.Count);
        Assert.All(alerts, alert => Assert.True(alert.ToServer));
    }

    [Fact]
    public void A_command_and_an_element_of_its_data_set_are_looked_into_together()
    {
        string capture = SharedFiles.Path(Dicom);
        int finds = SignatureRun.Of(capture, "alert dicom any any -> any any (dicom.command; content:\"C-FIND-RQ\";)").Count;
        Assert.True(finds > 0);
        // A query of a worklist has no level.
        int levels = SignatureRun.Of(capture, "alert dicom any any -> any any (dicom.command; content:\"C-FIND-RQ\"; dicom.tag; content:\"0008,0052=\"; startswith;)").Count;
        Assert.InRange(levels, 1, finds);
        Assert.Empty(SignatureRun.Of(capture, "alert dicom any any -> any any (dicom.command; content:\"C-FIND-RQ\"; dicom.tag; content:\"0008,0052=PLANET\"; startswith;)"));
    }

    [Fact]
    public void A_message_has_its_segments_and_fields()
    {
        string capture = SharedFiles.Path(Hl7);
        int messages = SignatureRun.Of(capture, "alert hl7 any any -> any any (hl7.segment; content:\"MSH|7c|\"; startswith;)").Count;
        Assert.True(messages >= CaptureRows<Hl7Exchange>.Of(Hl7).Count);
        string application = CaptureRows<Hl7Exchange>.Of(Hl7).Select(row => row.Msh3).First(one => one is { Length: > 0 })!;
        int sent = SignatureRun.Of(capture, $"alert hl7 any any -> any any (hl7.sending_application; content:\"{application}\"; startswith;)").Count;
        Assert.InRange(sent, 1, messages);
        Assert.Equal(sent, SignatureRun.Of(capture, $"alert hl7 any any -> any any (hl7.field; content:\"MSH-3={application}\"; startswith;)").Count);
    }
}
