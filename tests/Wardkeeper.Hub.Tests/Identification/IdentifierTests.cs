using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Identification;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("pacs-server", "Role=dicom-storage-scp", "Role=dicom-query-retrieve-scp", "Role=dicom-storage-scu")]
    [InlineData("imaging-workstation", "Role=dicom-query-retrieve-scu", "Role=dicom-storage-scp")]
    [InlineData("server", "Role=dicom-worklist-scp")]
    [InlineData("ct-scanner", "Modality=CT", "Role=dicom-worklist-scu", "Role=dicom-query-retrieve-scu")]
    [InlineData("server", "HlMessageType=ADT^A01 sends", "Role=hl7-sender", "Role=hl7-receiver")]
    [InlineData("server", "HlMessageType=ORU^R01 receives", "Role=hl7-receiver")]
    [InlineData("infusion-pump", "HlApplication=PAT_DEVICE_ICU_MEDICAL^0012^EUI-64", "HlMessageType=ORU^R40 sends")]
    [InlineData("patient-monitor", "HlApplication=MINDRAY_VS900^000F^EUI-64", "Vendor=Mindray Co., Ltd.")]
    [InlineData("central-monitor", "Role=data-export-client", "Role=device-observation-reporter")]
    [InlineData("camera", "Vendor=Hangzhou Hikvision Digital Technology Co.,Ltd.")]
    [InlineData("camera", "Description=Network Camera")]
    [InlineData("office-pc", "DhcpVendorClass=MSFT 5.0", "UserAgent=Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "HostName=DESKTOP-0AB12CD")]
    [InlineData("printer", "DhcpVendorClass=Hewlett-Packard JetDirect")]
    [InlineData("ip-phone", "Role=telephone")]
    [InlineData("smart-plug", "AnnouncedService=urn:Belkin:device:controllee:1")]
    public void What_a_device_does_and_is_called_tells_its_type(string type, params string[] claims) => Assert.Equal(type, TypeOf(claims)?.Value);

    // Subjects as Rapid7 Recog gives them for examples of each product; the sensor writes "subject; issuer".
    [Theory]
    [InlineData("server", "Dell", "CN=idrac-1ABC234,OU=Remote Access Group,O=Dell Inc.,L=Round Rock,ST=Texas,C=US")]
    [InlineData("server", null, "CN=esx1.example.org,OU=VMware ESX Server Default Certificate,O=VMware\\, Inc,L=Palo Alto,ST=California,C=US")]
    [InlineData("camera", "Axis", "CN=axis-00408cabcdef,O=Axis Communications AB")]
    [InlineData("printer", "HP", "CN=HP Jetdirect 12345678,OU=00110abcdef0+OU=J7934G,O=Hewlett-Packard Co.")]
    [InlineData("printer", "Canon", "CN=Canon iR-ADV C5235")]
    [InlineData("storage-system", "QNAP", "CN=QNAP NAS,OU=QTS,O=QNAP Systems\\, Inc.,L=Taipei,ST=Taipei,C=TW")]
    [InlineData("firewall", "Fortinet", "CN=FGT60D0000000000,OU=FortiGate,O=Fortinet,L=Sunnyvale,ST=California,C=US")]
    [InlineData("access-point", "Ruckus", "CN=SN-123456789012,O=Ruckus Wireless Inc.,L=Sunnyvale,ST=California,C=US")]
    [InlineData("home-gateway", "Philips Hue", "CN=001788fffe000000,O=Philips Hue,C=NL")]
    [InlineData(null, null, "CN=www.example.org,O=Example,C=US")]
    [InlineData(null, null, "CN=SN-1,O=Another maker,C=US")]
    public void The_certificate_that_a_device_came_with_names_it(string? type, string? vendor, string subject)
    {
        Identity identity = Of($"Certificate={subject}; {subject}");
        Assert.Equal((type, vendor), (identity.Of(IdentityField.Type)?.Value, identity.Of(IdentityField.Vendor)?.Value));
    }

    [Theory]
    [InlineData("Role=hl7-sender")]
    [InlineData("DhcpVendorClass=MSFT 5.0")]
    [InlineData("HostName=host-7")]
    [InlineData("HostName=pump-7")]
    [InlineData("HlApplication=BEDSIDE^000F^EUI-64", "Vendor=Mindray Co., Ltd.")]
    [InlineData("HostName=KIOSK-7", "DhcpVendorClass=MSFT 5.0")]
    public void Weak_evidence_tells_nothing_and_at_most_a_guess(params string[] claims) => Assert.Null(TypeOf(claims)?.Value);

    [Fact]
    public void What_is_one_of_several_types_of_a_category_has_the_category()
    {
        Identity identity = Of("HostName=KIOSK-7");
        Assert.Equal((null, "kiosk"), (identity.Of(IdentityField.Type)!.Value, identity.Category));
        Assert.InRange(identity.Of(IdentityField.Type)!.Confidence, 0.05, Identifier.Enough);
    }

    [Fact]
    public void A_laptop_that_plays_a_scanner_is_in_conflict()
    {
        Decided type = TypeOf("Modality=CT", "AeTitle=CT_1", "ImplementationUid=1.2.840.113619.6.284", "DicomProposal=pdu=16382;contexts=1;syntaxes=1.2.840.10008.1.2,1.2.840.10008.1.2.1,1.2.840.10008.1.2.1.99,1.2.840.10008.1.2.2", "HostName=LAPTOP-7QK2M1", "DhcpVendorClass=MSFT 5.0")!;
        Assert.Null(type.Value);
        Assert.NotNull(type.Conflict);
        Assert.Contains(type.Evidence, voice => voice is { Entry: "dicom.not-pynetdicom-pdu", IsFor: false, Counts: true });
        Assert.Contains(type.Evidence, voice => voice is { Value: "ct-scanner", IsFor: true });
    }

    [Fact]
    public void The_same_scanner_without_a_laptops_traits_is_one() =>
        Assert.Equal(("ct-scanner", null), (TypeOf("Modality=CT", "AeTitle=CT_1", "ImplementationUid=1.2.840.113619.6.284")!.Value, TypeOf("Modality=CT", "AeTitle=CT_1")!.Conflict));

    [Theory]
    [InlineData("ImplementationUid=1.2.276.0.7230010.3.0.3.6.7", "ImplementationVersion=OFFIS_DCMTK_367")]
    [InlineData("ImplementationUid=1.2.40.0.13.1.3", "ImplementationVersion=dcm4che-5.23.2")]
    [InlineData("ImplementationUid=1.2.826.0.1.3680043.9.3811.2.0.2", "ImplementationVersion=PYNETDICOM_202")]
    [InlineData("ImplementationUid=2.16.840.1.114151.100.1.1", "ImplementationVersion=MergeCOM3_390")]
    [InlineData("ImplementationUid=1.2.840.114089.1.0.0.3.3.12", "ImplementationVersion=DCF 3.3.12c")]
    public void A_toolkits_uid_names_no_maker(params string[] claims) => Assert.Null(Of([.. claims, "Role=dicom-scu"]).Of(IdentityField.Vendor)?.Value);

    [Theory]
    [InlineData("Espressif Inc.")]
    [InlineData("Lantronix")]
    [InlineData("silex technology, Inc.")]
    [InlineData("Dell Inc.")]
    [InlineData("Kontron Medical")]
    [InlineData("Elitegroup Computer Systems Co.,Ltd.")]
    public void Who_made_a_part_is_not_the_maker_of_a_medical_device(string holder)
    {
        Identity identity = Of(["HostName=INFUSOMAT-7", "HlMessageType=ORU^R42 sends"], holder);
        Assert.Equal("infusion-pump", identity.Of(IdentityField.Type)!.Value);
        Assert.DoesNotContain(holder.Split(' ')[0], identity.Of(IdentityField.Vendor)?.Value ?? "", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_device_makers_prefix_names_the_maker_by_its_known_name() => Assert.Equal("Hikvision", Of(["Role=video-source"], "Hangzhou Hikvision Digital Technology Co.,Ltd.").Of(IdentityField.Vendor)!.Value);

    [Fact]
    public void One_family_votes_once_however_many_voices_it_has()
    {
        double once = TypeOf("HostName=pump-1")!.Confidence;
        Assert.Equal(once, TypeOf("HostName=pump-1", "HostName=pump-2", "HostName=infusion-3", "FriendlyName=pump four")!.Confidence);
        Assert.True(TypeOf("HostName=pump-1", "HlMessageType=ORU^R42 sends")!.Confidence > once);
    }

    [Fact]
    public void Every_voice_names_its_entry_and_the_claim_it_rests_on()
    {
        Evidence voice = TypeOf("HostName=somatom-3")!.Evidence[0];
        Assert.Equal(("names.somatom", "somatom-3", ClaimKind.HostName, true), (voice.Entry, voice.Shown, voice.Claim!.Kind, voice.Counts));
    }

    [Fact]
    public void Who_claims_a_thousand_identities_is_nobody()
    {
        string[] claims = [.. Enumerable.Range(0, 1_000).Select(n => $"Model=Model {n:d4}x"), .. Enumerable.Range(0, 1_000).Select(n => $"Vendor=Maker{n:d4}"), .. Enumerable.Range(0, 1_000).Select(n => n % 2 == 0 ? $"HostName=somatom{n}" : $"HostName=intellivue{n}")];
        Identity identity = Of(claims);
        Assert.All(identity.Decisions, decided => Assert.Null(decided.Value));
        Assert.NotNull(identity.Of(IdentityField.Type)!.Conflict);
        Assert.All(identity.Decisions, decided => Assert.InRange(decided.Evidence.Count, 1, Identifier.MostEvidence));
        Assert.Contains("which-is-true", identity.Settles);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\u202Egpj.exe somatom\u0000\u0007")]
    public void Texts_of_strangers_are_shown_without_marks_of_direction_or_control(string name)
    {
        Decided model = Of($"Model={name}").Of(IdentityField.Model)!;
        Assert.All([model.Value ?? model.Guess!, .. model.Evidence.Select(voice => voice.Shown)], shown => Assert.DoesNotContain(shown, c => char.IsControl(c) || c == '\u202E'));
    }

    [Fact]
    public void A_name_of_ten_thousand_letters_is_cut() => Assert.All(Of("Model=" + new string('x', 10_000)).Decisions, decided => Assert.InRange((decided.Value ?? decided.Guess)!.Length, 1, 129));

    [Fact]
    public void What_would_settle_it_is_what_was_not_seen_yet()
    {
        Assert.Contains("dhcp-request", Of("AeTitle=X9").Settles);
        Assert.Contains("dicom-association", Of("AeTitle=X9").Settles);
        Assert.DoesNotContain("dhcp-request", Of("DhcpParameterList=1,3,6").Settles);
    }

    [Fact]
    public void Alike_are_those_whose_lasting_traits_are_the_same()
    {
        string? one = Of("DhcpVendorClass=udhcp 1.2", "DhcpParameterList=1,3,6", "HostName=a").Fingerprint;
        Assert.NotNull(one);
        Assert.Equal(one, Of("DhcpVendorClass=udhcp 1.2", "DhcpParameterList=1,3,6", "HostName=b").Fingerprint);
        Assert.NotEqual(one, Of("DhcpVendorClass=udhcp 1.3", "DhcpParameterList=1,3,6").Fingerprint);
        Assert.Null(Of("HostName=a").Fingerprint);
    }

    [Fact]
    public void Programs_on_a_device_say_nothing_of_its_own_software()
    {
        Decided software = Of("Firmware=V4.1", "Software=nginx/1.24.0", "Software=OpenSSH_9.2").Of(IdentityField.Software)!;
        Assert.Equal(("V4.1", 1), (software.Value, software.Evidence.Count));
        Assert.Equal(2, Of("Software=nginx/1.24.0", "Software=OpenSSH_9.2").Of(IdentityField.Software)!.Evidence.Count);
    }

    private static Decided? TypeOf(params string[] claims) => Of(claims).Of(IdentityField.Type);

    private static Identity Of(params string[] claims) => Of(claims, null);

    private static Identity Of(string[] claims, string? holder)
    {
        List<ClaimTally> all = [.. claims.Select(Claim).OrderBy(claim => claim.Kind)];
        if (holder is not null) all.Add(new ClaimTally { Kind = ClaimKind.Vendor, Value = holder, Source = "mac-prefix", Origin = "00:00:00" });
        return Identifier.Of(all, [], [], isRouter: false, KnowledgeBase.Shipped);
    }

    private static ClaimTally Claim(string text)
    {
        string[] parts = text.Split('=', 2);
        return new ClaimTally { Kind = Enum.Parse<ClaimKind>(parts[0]), Value = parts[1], Source = "test", Origin = "" };
    }
}
