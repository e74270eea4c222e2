using Wardkeeper.Lab.Attacks.Access;
using Wardkeeper.Lab.Attacks.Dicom;
using Wardkeeper.Lab.Attacks.Files;
using Wardkeeper.Lab.Attacks.Floods;
using Wardkeeper.Lab.Attacks.Hotspots;
using Wardkeeper.Lab.Attacks.Kiosks;
using Wardkeeper.Lab.Attacks.Lateral;
using Wardkeeper.Lab.Attacks.Messages;
using Wardkeeper.Lab.Attacks.Monitors;
using Wardkeeper.Lab.Attacks.Names;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Attacks.Outside;
using Wardkeeper.Lab.Attacks.Packets;
using Wardkeeper.Lab.Attacks.Routers;
using Wardkeeper.Lab.Attacks.Service;

namespace Wardkeeper.Lab.Attacks;

/// <summary>Every scene: one line each, an attack and its twins together.</summary>
internal static class SceneRegistry
{
    /// <summary>All scenes.</summary>
    public static IReadOnlyList<IScene> All { get; } =
    [
        new ArpSpoof(), new FailOver(),
        new RogueDhcp(), new TechnicianPc(),
        new RogueRouter(), new RouterAnew(),
        new RogueResolver(), new SecondResolver(),
        new Hotspot(), new VirtualMachine(),
        new LateralMovement(), new AdministratorsWork(),
        new Scan(), new Inventory(),
        new Impostor(), new ReplacedCard(),
        new KioskCopy(), new KioskDays(),
        new BruteForce(), new Mistyping(),
        new DnsTunnel(), new HashedNames(),
        new Beacon(), new RegularCheck(),
        new PingTunnel(), new LongPing(),
        new RandomNames(), new MistypedNames(),
        new Flood(), new Reconnects(),
        new SlowRequests(), new SlowUpload(),
        new CrashPackets(), new LargePackets(),
        new StreamEvasion(), new PoorLine(),
        new AeGuess(), new WrongTitle(),
        new Harvest(), new ResearchExport(),
        new Diversion(), new ColleaguesMove(),
        new BorrowedTitle(), new KnownTitle(),
        new BeyondRole(), new RareDuty(),
        new ObjectChange(), new StoredAgain(),
        new Fuzzing(), new HalfAssociations(),
        new MessageReplay(), new HonestResend(),
        new MessageAlteration(), new HonestCorrection(),
        new InfusionChange(), new HonestChange(),
        new MessageAbuse(), new UnusualMessages(),
        .. LaboratoryForgery.Ways.SelectMany(way => new[] { new LaboratoryForgery(way, isAttack: true), new LaboratoryForgery(way, isAttack: false) }),
        new ForgedAbort(), new HonestAbort(),
        new AlarmsOff(), new AlarmsPaused(),
        new WrongClock(), new ClockSetRight(),
        new ServiceCommand(), new AnnouncedService(),
        new RansomwareSweep(), new NightlyBackup(),
        .. Polyglot.Ways.SelectMany(way => new[] { new Polyglot(way, isAttack: true), new Polyglot(way, isAttack: false) }),
    ];

    /// <summary>The scene of a name; null when there is none.</summary>
    public static IScene? Find(string name) => All.FirstOrDefault(scene => scene.Name == name);

    /// <summary>The scene of a name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IScene Of(string name) => Find(name) ?? throw new LabException($"no scene is called {name}; there are {string.Join(", ", All.Select(scene => scene.Name))}");
}
