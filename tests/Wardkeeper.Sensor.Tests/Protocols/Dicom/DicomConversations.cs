using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

/// <summary>Conversations that several tests play.</summary>
internal static class DicomConversations
{
    public static readonly byte[] FullRequest = Associate(1, "PACS01", "CT01",
        Item(0x10, "1.2.840.10008.3.1.1.1"),
        Context(1, CtStorage, Implicit, Explicit), Context(3, Verification, Implicit), Context(5, Worklist, Implicit),
        User("1.2.3.4.5", "TEST_1", 16384,
            Role(CtStorage, 1, 1),
            Item(0x53, [0, 4, 0, 1]),
            Item(0x56, [0, 17, .. System.Text.Encoding.ASCII.GetBytes(Verification), 1]),
            Item(0x58, [2, 1, 0, 6, .. "doctor"u8, 0, 6, .. "secret"u8])));

    public static readonly byte[] FullAccept = Associate(2, "PACS01", "CT01",
        Item(0x10, "1.2.840.10008.3.1.1.1"), Accepted(1, 0), Accepted(3, 3), Accepted(5, 0),
        User("1.2.3.4.6", "PEER_2", 131072, Role(CtStorage, 1, 0), Item(0x53, [0, 1, 0, 1]), Item(0x59, [0, 0])));

    public static readonly Said[] Store =
    [
        Said.Client(FullRequest), Said.Server(FullAccept),
        Said.Client(Message(1, StoreCommand(1, "1.2.3.100.1"), 40_000)), Said.Server(Message(1, Reply(1, CtStorage, 1, 0))),
        Said.Client(Message(1, StoreCommand(2, "1.2.3.100.2"), 500)), Said.Server(Message(1, Reply(1, CtStorage, 2, 0xB007))),
        Said.Client(Message(1, StoreCommand(3, "1.2.3.100.3"), 500)), Said.Server(Message(1, Reply(1, CtStorage, 3, 0xA700))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    public static readonly Said[] Find =
    [
        Said.Client(Request("RIS01", "CT01", (1, Worklist))), Said.Server(Accept("RIS01", "CT01", 1)),
        Said.Client(Message(1, Command(0x0020, (0x0002, Worklist), (0x0110, 1), (0x0700, 2), (0x0800, 1)), 120)),
        Said.Server([.. Message(1, Reply(0x20, Worklist, 1, 0xFF00, true), 300), .. Message(1, Reply(0x20, Worklist, 1, 0xFF01, true), 310)]),
        Said.Client(Message(1, Command(0x0FFF, (0x0120, 1), (0x0800, 0x0101)))),
        Said.Server(Message(1, Reply(0x20, Worklist, 1, 0xFE00))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    public static readonly Said[] Move =
    [
        Said.Client(Request("PACS01", "WS01", (1, StudyMove))), Said.Server(Accept("PACS01", "WS01", 1)),
        Said.Client(Message(1, Command(0x0021, (0x0002, StudyMove), (0x0110, 9), (0x0600, "WS01"), (0x0700, 1), (0x0800, 1)), 80)),
        Said.Server(Message(1, Reply(0x21, StudyMove, 9, 0xFF00, false, (0x1020, 2), (0x1021, 1), (0x1022, 0), (0x1023, 0)))),
        Said.Server(Message(1, Reply(0x21, StudyMove, 9, 0xB000, false, (0x1021, 2), (0x1022, 1), (0x1023, 0)))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    public static readonly Said[] Steps =
    [
        Said.Client(Request("RIS01", "CT01", (1, Mpps), (3, Commitment))), Said.Server(Accept("RIS01", "CT01", 1, 3)),
        Said.Client(Message(1, Command(0x0140, (0x0002, Mpps), (0x0110, 1), (0x0800, 1), (0x1000, "1.2.3.7")), 200)),
        Said.Server(Message(1, Reply(0x140, Mpps, 1, 0, true, (0x1000, "1.2.3.7")), 20)),
        Said.Client(Message(1, Command(0x0120, (0x0003, Mpps), (0x0110, 2), (0x0800, 1), (0x1001, "1.2.3.7")), 100)),
        Said.Server(Message(1, Reply(0x120, Mpps, 2, 0x0106))),
        Said.Client(Message(3, Command(0x0130, (0x0003, Commitment), (0x0110, 3), (0x0800, 1), (0x1001, "1.2.840.10008.1.20.1.1"), (0x1008, 1)), 90)),
        Said.Server(Message(3, Reply(0x130, Commitment, 3, 0))),
        Said.Server(Message(3, Command(0x0100, (0x0002, Commitment), (0x0110, 1), (0x0800, 1), (0x1000, "1.2.840.10008.1.20.1.1"), (0x1002, 1)), 90)),
        Said.Client(Message(3, Reply(0x100, Commitment, 1, 0))),
        Said.Client(Message(1, Command(0x0110, (0x0003, Mpps), (0x0110, 4), (0x0800, 0x0101), (0x1001, "1.2.3.7")))),
        Said.Server(Message(1, Reply(0x110, Mpps, 4, 0x0112))),
        Said.Client(Message(1, Command(0x0150, (0x0003, Mpps), (0x0110, 5), (0x0800, 0x0101), (0x1001, "1.2.3.7")))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    /// <summary>A C-GET whose images come back on the same association, commands and responses sharing segments.</summary>
    public static readonly Said[] Get =
    [
        Said.Client(Request("PACS01", "WS01", (1, "1.2.840.10008.5.1.4.1.2.2.3"), (3, CtStorage))), Said.Server(Accept("PACS01", "WS01", 1, 3)),
        Said.Client(Message(1, Command(0x0010, (0x0002, "1.2.840.10008.5.1.4.1.2.2.3"), (0x0110, 1), (0x0700, 0), (0x0800, 1)), 60)),
        Said.Server([.. Message(3, StoreCommand(1, "1.2.3.100.1"), 900), .. Message(3, StoreCommand(2, "1.2.3.100.2"), 901)]),
        Said.Client([.. Message(3, Reply(1, CtStorage, 1, 0)), .. Message(3, Reply(1, CtStorage, 2, 0))]),
        Said.Server(Message(1, Reply(0x10, "1.2.840.10008.5.1.4.1.2.2.3", 1, 0, false, (0x1021, 2), (0x1022, 0), (0x1023, 0)))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    public static readonly Said[] Echo =
    [
        Said.Client(Request("PACS01", "WS01", (1, Verification))), Said.Server(Accept("PACS01", "WS01", 1)),
        Said.Client(Message(1, Command(0x0030, (0x0002, Verification), (0x0110, 1), (0x0800, 0x0101)))),
        Said.Server(Message(1, Reply(0x30, Verification, 1, 0))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];
}
