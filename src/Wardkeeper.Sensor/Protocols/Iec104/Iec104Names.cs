using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Iec104;

/// <summary>Names of types and causes. IEC 60870-5-101, tables 8 to 14; IEC 60870-5-104, clause 8.</summary>
internal static class Iec104Names
{
    private static readonly NameTable Causes = new("cause",
        "- per/cyc back spont init req act actcon deact deactcon actterm retrem retloc file auth sesskey usrkeys - - - inrogen inro1 inro2 inro3 inro4 inro5 inro6 inro7 inro8 inro9 "
        + "inro10 inro11 inro12 inro13 inro14 inro15 inro16 reqcogen reqco1 reqco2 reqco3 reqco4 - - unknown-type unknown-cause unknown-common-address unknown-information-object");

    /// <summary>Whether a type is one that the standard gives.</summary>
    public static bool IsType(int type) => type is (>= 1 and <= 21) or (>= 30 and <= 41) or (>= 45 and <= 51) or (>= 58 and <= 64) or 70 or (>= 81 and <= 87) or (>= 90 and <= 95) or (>= 100 and <= 107) or (>= 110 and <= 113) or (>= 120 and <= 127);

    /// <summary>Whether a type is a command to the station, and not what the station reports.</summary>
    public static bool IsCommand(int type) => type is (>= 45 and <= 64) or (>= 100 and <= 113);

    /// <summary>Whether a command changes what the station controls or its parameters.</summary>
    public static bool IsWrite(int type) => type is (>= 45 and <= 64) or 103 or 105 or (>= 110 and <= 113);

    /// <summary>Bytes of one object of a command behind its address; 0 where a data unit has one object only. IEC 60870-5-101, 7.3.2.</summary>
    public static int CommandSize(int type) => type switch
    {
        45 or 46 or 47 => 1,
        48 or 49 => 3,
        50 => 5,
        51 => 4,
        58 or 59 or 60 => 8,
        61 or 62 => 10,
        63 => 12,
        64 => 11,
        _ => 0,
    };

    public static string Cause(int cause) => Causes.Of(cause);

    public static string Type(int type) => type switch
    {
        1 => "M_SP_NA_1",
        2 => "M_SP_TA_1",
        3 => "M_DP_NA_1",
        4 => "M_DP_TA_1",
        5 => "M_ST_NA_1",
        6 => "M_ST_TA_1",
        7 => "M_BO_NA_1",
        8 => "M_BO_TA_1",
        9 => "M_ME_NA_1",
        10 => "M_ME_TA_1",
        11 => "M_ME_NB_1",
        12 => "M_ME_TB_1",
        13 => "M_ME_NC_1",
        14 => "M_ME_TC_1",
        15 => "M_IT_NA_1",
        16 => "M_IT_TA_1",
        17 => "M_EP_TA_1",
        18 => "M_EP_TB_1",
        19 => "M_EP_TC_1",
        20 => "M_PS_NA_1",
        21 => "M_ME_ND_1",
        30 => "M_SP_TB_1",
        31 => "M_DP_TB_1",
        32 => "M_ST_TB_1",
        33 => "M_BO_TB_1",
        34 => "M_ME_TD_1",
        35 => "M_ME_TE_1",
        36 => "M_ME_TF_1",
        37 => "M_IT_TB_1",
        38 => "M_EP_TD_1",
        39 => "M_EP_TE_1",
        40 => "M_EP_TF_1",
        45 => "C_SC_NA_1",
        46 => "C_DC_NA_1",
        47 => "C_RC_NA_1",
        48 => "C_SE_NA_1",
        49 => "C_SE_NB_1",
        50 => "C_SE_NC_1",
        51 => "C_BO_NA_1",
        58 => "C_SC_TA_1",
        59 => "C_DC_TA_1",
        60 => "C_RC_TA_1",
        61 => "C_SE_TA_1",
        62 => "C_SE_TB_1",
        63 => "C_SE_TC_1",
        64 => "C_BO_TA_1",
        70 => "M_EI_NA_1",
        100 => "C_IC_NA_1",
        101 => "C_CI_NA_1",
        102 => "C_RD_NA_1",
        103 => "C_CS_NA_1",
        104 => "C_TS_NA_1",
        105 => "C_RP_NA_1",
        106 => "C_CD_NA_1",
        107 => "C_TS_TA_1",
        110 => "P_ME_NA_1",
        111 => "P_ME_NB_1",
        112 => "P_ME_NC_1",
        113 => "P_AC_NA_1",
        120 => "F_FR_NA_1",
        121 => "F_SR_NA_1",
        122 => "F_SC_NA_1",
        123 => "F_LS_NA_1",
        124 => "F_AF_NA_1",
        125 => "F_SG_NA_1",
        126 => "F_DR_TA_1",
        127 => "F_SC_NB_1",
        _ => "type-" + type.ToString(CultureInfo.InvariantCulture),
    };
}
