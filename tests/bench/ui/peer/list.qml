import QtQuick

Rectangle {
    color: "#EEF1F5"
    Rectangle {
        id: bar
        width: parent.width
        height: rowHigh * 0.7
        color: "white"
        Text {
            anchors.verticalCenter: parent.verticalCenter
            x: 16
            text: "后续站点"
            font.family: "Noto Sans CJK SC"
            font.pixelSize: strongPx * 1.3
            font.bold: true
        }
    }
    ListView {
        objectName: "list"
        anchors { top: bar.bottom; bottom: parent.bottom; left: parent.left; right: parent.right; margins: 16 }
        clip: true
        spacing: rowGap
        model: 10000
        reuseItems: true
        delegate: Item {
            width: ListView.view.width
            height: rowHigh
            Rectangle { // for a soft shadow
                anchors.fill: parent
                anchors.topMargin: 3
                anchors.bottomMargin: -3
                radius: 14
                color: "#20000000"
            }
            Rectangle {
                anchors.fill: parent
                radius: 14
                color: "white"
                Rectangle {
                    id: disc
                    x: 16
                    anchors.verticalCenter: parent.verticalCenter
                    width: strongPx * 2.4
                    height: width
                    radius: width / 2
                    color: "#E3ECFB"
                    Text { anchors.centerIn: parent; text: "☻"; font.pixelSize: strongPx; color: "#083C91" }
                }
                Column {
                    anchors.left: disc.right
                    anchors.leftMargin: 14
                    anchors.right: side.left
                    anchors.verticalCenter: parent.verticalCenter
                    Text {
                        width: parent.width
                        elide: Text.ElideRight
                        text: "陈示例 " + (index + 1)
                        font.family: "Noto Sans CJK SC"
                        font.pixelSize: strongPx
                        font.bold: true
                        color: "#14181F"
                    }
                    Text {
                        width: parent.width
                        elide: Text.ElideRight
                        text: "示例市样本区幸福路 88 号 3 单元 1202"
                        font.family: "Noto Sans CJK SC"
                        font.pixelSize: secondaryPx
                        color: "#3D4654"
                    }
                }
                Column {
                    id: side
                    anchors.right: parent.right
                    anchors.rightMargin: 44
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 4
                    Text {
                        anchors.right: parent.right
                        text: "¥3,200.00"
                        font.family: "Noto Sans CJK SC"
                        font.pixelSize: strongPx
                        font.bold: true
                        color: "#14181F"
                    }
                    Rectangle {
                        anchors.right: parent.right
                        visible: index % 3 == 0
                        width: badge.width + 20
                        height: badge.height + 4
                        radius: height / 2
                        color: "#FFF1DB"
                        Text { id: badge; anchors.centerIn: parent; text: "逾期 32 天"; font.family: "Noto Sans CJK SC"; font.pixelSize: secondaryPx; color: "#6B4000" }
                    }
                }
                Text {
                    anchors.right: parent.right
                    anchors.rightMargin: 16
                    anchors.verticalCenter: parent.verticalCenter
                    text: "›"
                    font.pixelSize: strongPx * 1.4
                    color: "#3D4654"
                }
            }
        }
    }
}
